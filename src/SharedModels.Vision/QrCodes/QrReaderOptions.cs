using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SharedModels.Vision;

/// <summary>The settings of <see cref="QrReader"/>, which limit the work for an image.</summary>
public sealed class QrReaderOptions : IValidatableObject
{
    /// <summary>The maximum number of pixels of an image that is searched at its full size. Larger images are reduced first.</summary>
    /// <value>The default is 25,000,000, for which a search takes about 50 MB. The minimum is 10,000.</value>
    public int MaxPixels { get; set; } = 25_000_000;

    /// <summary>
    /// The time after which the search of an image ends with the codes found so far. It is checked between attempts to read a code, so a
    /// search can take some tenths of a second longer. The result then depends on the load of the machine.
    /// </summary>
    /// <value>The default is <see cref="Timeout.InfiniteTimeSpan"/>: only the amount of work is limited, the same on every machine.</value>
    public TimeSpan TimeLimit { get; set; } = Timeout.InfiniteTimeSpan;

    /// <inheritdoc/>
    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        ArgumentNullException.ThrowIfNull(validationContext);
        return Failures($"{validationContext.DisplayName}:").Select(static failure => new ValidationResult(failure));
    }

    /// <exception cref="OptionsValidationException">A setting is out of range.</exception>
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
            failures.Add($"{prefix}{nameof(TimeLimit)} is {TimeLimit}. Set it to a positive time, such as 00:00:01, or remove it.");
        return failures;
    }
}
