using SharedModels.Vision;

namespace VisionApi.QrCodes;

/// <summary>A QR code that was read.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Confidence">How sure the reading is, from 0 to 1.</param>
/// <param name="Box">Left, top, right, bottom of the upright rectangle around it, in pixels of the upright picture.</param>
/// <param name="Polygon">Its four corners, each x and y, clockwise from its own top left one.</param>
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
