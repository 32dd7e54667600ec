using SharedModels;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.QrCodes;

/// <summary>The QR codes found, in the order in which they were.</summary>
/// <param name="Model">The model's id.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Width">The width of the upright picture, in pixels.</param>
/// <param name="Height">The height of the upright picture, in pixels.</param>
/// <param name="Detections">The codes.</param>
/// <param name="Timing">Where the time went.</param>
internal sealed record QrResponse(string Model, string Device, int Width, int Height, IReadOnlyList<QrCode> Detections, Timing Timing)
{
    public static QrResponse Create(IModelLease lease, RgbImage image, IReadOnlyList<QrDetection> found, Timing timing) =>
        new(lease.ModelId, lease.Device.ToString(), image.Width, image.Height, [.. found.Select(QrCode.Create)], timing);
}
