using System.Collections;

namespace SharedModels.Vision;

/// <summary>The QR codes of an image, in the order in which they were found. Immutable, and safe for use by many threads.</summary>
public sealed class QrDetections : IReadOnlyList<QrDetection>
{
    private readonly IReadOnlyList<QrDetection> _codes;

    internal QrDetections(IReadOnlyList<QrDetection> codes, IReadOnlyList<QrMessage> messages, QrSearchLimits limitsReached) =>
        (_codes, Messages, LimitsReached) = (codes, messages, limitsReached);

    /// <summary>
    /// The messages that are spread over several codes of this image, each complete: the parts are among the codes as well, and those of an
    /// incomplete message only there.
    /// </summary>
    public IReadOnlyList<QrMessage> Messages { get; }

    /// <summary>The limits that the search reached. Without one, the whole image was searched.</summary>
    public QrSearchLimits LimitsReached { get; }

    /// <summary>The number of codes.</summary>
    public int Count => _codes.Count;

    /// <summary>A code.</summary>
    /// <param name="index">The index, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such code.</exception>
    public QrDetection this[int index] => _codes[index];

    /// <inheritdoc/>
    public IEnumerator<QrDetection> GetEnumerator() => _codes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
