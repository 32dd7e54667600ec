using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SharedModels.Vision;

/// <summary>The settings of <see cref="QrReader"/>: how much work an image may cost.</summary>
public sealed class QrReaderOptions : IValidatableObject
{
    /// <summary>The maximum number of pixels of an image that is searched at its full size. A larger one is reduced first.</summary>
    /// <value>The default is 25,000,000, at which a search takes about 100 MB. At least 10,000.</value>
    public int MaxPixels { get; set; } = 25_000_000;

    /// <summary>
    /// The time after which the search of an image ends with the codes that have been found. It is observed between attempts to read a
    /// code, so that a search may take some tenths of a second longer. What is found then depends on how busy the machine is.
    /// </summary>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>: only the amount of work is limited, the same on every machine.</value>
    public TimeSpan TimeLimit { get; set; } = Timeout.InfiniteTimeSpan;

    /// <inheritdoc/>
    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        ArgumentNullException.ThrowIfNull(validationContext);
        return Failures($"{validationContext.DisplayName}:").Select(static failure => new ValidationResult(failure));
    }

    /// <exception cref="OptionsValidationException">A setting is out of its range.</exception>
    internal void Validate()
    {
        var failures = Failures($"{nameof(QrReaderOptions)}.");
        if (failures.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(QrReaderOptions), failures);
    }

    private List<string> Failures(string prefix)
    {
        var failures = new List<string>();
        if (MaxPixels < 10_000)
            failures.Add($"{prefix}{nameof(MaxPixels)} is {MaxPixels}. Set it to at least 10000.");
        if (TimeLimit <= TimeSpan.Zero && TimeLimit != Timeout.InfiniteTimeSpan)
            failures.Add($"{prefix}{nameof(TimeLimit)} is {TimeLimit}. Set it to a positive time, such as 00:00:01, or leave it out.");
        return failures;
    }
}
