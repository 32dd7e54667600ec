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
/// <param name="Messages">The texts that are spread over several codes, all of which were found.</param>
/// <param name="LimitsReached">The limits of work that the search reached: codes beyond them may not have been found.</param>
/// <param name="Timing">Where the time went.</param>
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
