namespace SharedModels.Vision;

/// <summary>A QR code that was found and read.</summary>
/// <param name="Text">The text of the code.</param>
/// <param name="Confidence">
/// The confidence, from 0 to 1. It is always 1: a code is reported only once its error correction has come out even, and no measure of
/// doubt is left after that.
/// </param>
/// <param name="Polygon">
/// The outer corners of the code without its quiet zone: its own top left, top right, bottom right and bottom left, in pixels of the
/// image. The corner without a finder pattern is the third; the order is clockwise in the image unless the code is mirrored.
/// </param>
/// <param name="BoundingBox">The smallest upright rectangle around the polygon.</param>
/// <param name="Center">The middle of the bounding box.</param>
public sealed record QrDetection(
    string Text, float Confidence, IReadOnlyList<ImagePoint> Polygon, BoundingBox BoundingBox, ImagePoint Center)
{
    /// <summary>
    /// The bytes that the text is made of, for codes that contain something else than text, or text in an encoding that was guessed wrong.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The place in a message that is spread over several codes.</summary>
    /// <value><see langword="null"/> if the code is a message of its own.</value>
    public QrStructuredAppend? StructuredAppend { get; init; }
}
