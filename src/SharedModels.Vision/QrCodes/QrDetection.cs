namespace SharedModels.Vision;

/// <summary>A QR code that was found and read.</summary>
/// <param name="Text">The text of the code.</param>
/// <param name="Confidence">
/// The confidence, from 0 to 1. It is always 1, because a code is reported only if its error correction succeeded, and no measure of
/// uncertainty remains after that.
/// </param>
/// <param name="Polygon">
/// The outer corners of the code without its quiet zone, in pixels of the image: the code's own top left, top right, bottom right and
/// bottom left. The third corner is the one without a finder pattern. The order is clockwise in the image unless the code is mirrored.
/// </param>
/// <param name="BoundingBox">The smallest axis-aligned rectangle around the polygon.</param>
/// <param name="Center">The center of the bounding box.</param>
public sealed record QrDetection(
    string Text, float Confidence, IReadOnlyList<ImagePoint> Polygon, BoundingBox BoundingBox, ImagePoint Center)
{
    /// <summary>
    /// The bytes of the text, for codes that contain something other than text, or text whose encoding was guessed wrong.
    /// </summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The position in a message that is spread over several codes.</summary>
    /// <value><see langword="null"/> if the code is a complete message.</value>
    public QrStructuredAppend? StructuredAppend { get; init; }
}
