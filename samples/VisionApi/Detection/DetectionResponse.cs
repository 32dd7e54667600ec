using SharedModels;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Detection;

/// <summary>The detected objects, best score first.</summary>
/// <param name="Model">The id of the model.</param>
/// <param name="Device">The device that the model ran on.</param>
/// <param name="Width">The width of the upright image, in pixels.</param>
/// <param name="Height">The height of the upright image, in pixels.</param>
/// <param name="Detections">The objects.</param>
/// <param name="Timing">The time spent in each phase.</param>
internal sealed record DetectionResponse(
    string Model, string Device, int Width, int Height, IReadOnlyList<DetectedObject> Detections, Timing Timing)
{
    public static DetectionResponse Create(
        string model, Device device, RgbImage image, IReadOnlyList<Owlv2Detection> found, Timing timing) => new(
        model,
        device.ToString(),
        image.Width,
        image.Height,
        [.. found.Select(DetectedObject.Create)],
        timing);
}
