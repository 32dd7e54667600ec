using SharedModels.Vision;

namespace VisionApi.Detection;

/// <summary>A detected object.</summary>
/// <param name="Label">The prompt that matches best, or <c>query</c>.</param>
/// <param name="Score">The score of the match, from 0 to 1.</param>
/// <param name="Box">
/// Left, top, right and bottom, in pixels of the upright image. The box is the model's output, so it may extend slightly beyond the image.
/// </param>
internal sealed record DetectedObject(string Label, float Score, float[] Box)
{
    public static DetectedObject Create(Owlv2Detection detection) =>
        new(detection.Label, detection.Score, [detection.Box.XMin, detection.Box.YMin, detection.Box.XMax, detection.Box.YMax]);
}
