using VisionApi.Uploads;

namespace VisionApi.Detection;

/// <summary>The thresholds that determine which detections are kept.</summary>
internal static class Thresholds
{
    public static float Confidence(UploadForm form) => form.Number("confidence", least: 0, most: 1, defaultValue: 0.1f);

    public static float Nms(UploadForm form) => form.Number("nmsThreshold", least: 0.1f, most: 1, defaultValue: 0.3f);
}
