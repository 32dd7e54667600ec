using SharedModels.Vision;

namespace VisionApi.Detection;

/// <summary>An object that was found.</summary>
/// <param name="Label">The prompt that fits it best, or <c>query</c>.</param>
/// <param name="Score">How well it fits, from 0 to 1.</param>
/// <param name="Box">
/// Left, top, right, bottom, in pixels of the upright picture; as the model gives it, so it may stick out of the picture a little.
/// </param>
internal sealed record DetectedObject(string Label, float Score, float[] Box)
{
    public static DetectedObject Create(Owlv2Detection detection) =>
        new(detection.Label, detection.Score, [detection.Box.XMin, detection.Box.YMin, detection.Box.XMax, detection.Box.YMax]);
}
