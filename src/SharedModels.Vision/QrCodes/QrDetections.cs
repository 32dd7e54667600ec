using System.Collections;

namespace SharedModels.Vision;

/// <summary>The QR codes in an image, in the order in which they were found. Immutable and safe for use by many threads.</summary>
public sealed class QrDetections : IReadOnlyList<QrDetection>
{
    private readonly IReadOnlyList<QrDetection> _codes;

    internal QrDetections(IReadOnlyList<QrDetection> codes, IReadOnlyList<QrMessage> messages, QrSearchLimits limitsReached) =>
        (_codes, Messages, LimitsReached) = (codes, messages, limitsReached);

    /// <summary>
    /// The complete messages that are spread over several codes of this image. Their parts are also included in the codes. The parts of
    /// incomplete messages are included only there.
    /// </summary>
    public IReadOnlyList<QrMessage> Messages { get; }

    /// <summary>The limits that the search reached. If there are none, the whole image was searched.</summary>
    /// <remarks>
    /// Filters are applied if no code was read, or if one was located but not read. A code that can be located only in a filtered image is
    /// not found next to others.
    /// </remarks>
    public QrSearchLimits LimitsReached { get; }

    /// <summary>The number of codes.</summary>
    public int Count => _codes.Count;

    /// <summary>Returns a code.</summary>
    /// <param name="index">The zero-based index.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no code at the index.</exception>
    public QrDetection this[int index] => _codes[index];

    /// <inheritdoc/>
    public IEnumerator<QrDetection> GetEnumerator() => _codes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
