using SharedModels;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.QrCodes;

/// <summary>The QR codes, in the order in which they were found.</summary>
/// <param name="Model">The id of the model.</param>
/// <param name="Device">The device that the model ran on.</param>
/// <param name="Width">The width of the upright image, in pixels.</param>
/// <param name="Height">The height of the upright image, in pixels.</param>
/// <param name="Detections">The codes.</param>
/// <param name="Messages">The texts that span several codes, if all of their codes were found.</param>
/// <param name="LimitsReached">The search limits that were reached. Codes beyond a limit may be missing.</param>
/// <param name="Timing">The time spent in each phase.</param>
internal sealed record QrResponse(
    string Model,
    string Device,
    int Width,
    int Height,
    IReadOnlyList<QrCode> Detections,
    IReadOnlyList<string> Messages,
    IReadOnlyList<string> LimitsReached,
    Timing Timing)
{
    public static QrResponse Create(IModelLease lease, RgbImage image, QrDetections found, Timing timing) => new(
        lease.ModelId,
        lease.Device.ToString(),
        image.Width,
        image.Height,
        [.. found.Select(QrCode.Create)],
        [.. found.Messages.Select(static message => message.Text)],
        [.. Names(found.LimitsReached)],
        timing);

    private static IEnumerable<string> Names(QrSearchLimits limits) => Enum.GetValues<QrSearchLimits>()
        .Where(limit => limit != QrSearchLimits.None && limits.HasFlag(limit))
        .Select(static limit => limit.ToString());
}
