using SharedModels.Vision;

namespace VisionApi.QrCodes;

/// <summary>A decoded QR code.</summary>
/// <param name="Text">The text of the code.</param>
/// <param name="Confidence">The confidence of the reading, from 0 to 1.</param>
/// <param name="Box">Left, top, right and bottom of its bounding rectangle, in pixels of the upright image.</param>
/// <param name="Polygon">The four corners of the code, each with x and y, clockwise from its own top left corner.</param>
/// <param name="Center">The middle of the box: x and y.</param>
internal sealed record QrCode(string Text, float Confidence, float[] Box, float[][] Polygon, float[] Center)
{
    public static QrCode Create(QrDetection code) => new(
        code.Text,
        code.Confidence,
        [code.BoundingBox.XMin, code.BoundingBox.YMin, code.BoundingBox.XMax, code.BoundingBox.YMax],
        [.. code.Polygon.Select(ToArray)],
        ToArray(code.Center));

    private static float[] ToArray(ImagePoint point) => [point.X, point.Y];
}
