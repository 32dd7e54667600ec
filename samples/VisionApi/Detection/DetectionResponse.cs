using SharedModels;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Detection;

/// <summary>The objects found, best score first.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Width">The width of the upright picture, in pixels.</param>
/// <param name="Height">The height of the upright picture, in pixels.</param>
/// <param name="Detections">The objects.</param>
/// <param name="Timing">Where the time went.</param>
internal sealed record DetectionResponse(
    string Model, string Device, int Width, int Height, IReadOnlyList<DetectedObject> Detections, Timing Timing)
{
    public static DetectionResponse Create(IModelLease lease, RgbImage image, IReadOnlyList<Owlv2Detection> found, Timing timing) => new(
        lease.ModelId,
        lease.Device.ToString(),
        image.Width,
        image.Height,
        [.. found.Select(DetectedObject.Create)],
        timing);
}
