using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Detection;

/// <summary>The form of <c>POST /v1/detect</c>, checked and decoded before anything is leased.</summary>
internal sealed record DetectionRequest(
    RgbImage Image, IReadOnlyList<string> Prompts, float Confidence, float NmsThreshold, RequestTimer Timer, IDisposable? Room)
{
    /// <summary>Called by the framework, which binds this parameter of an endpoint with it.</summary>
    public static async ValueTask<DetectionRequest?> BindAsync(HttpContext context)
    {
        var form = await UploadForm.ReadAsync(context);
        var (prompts, confidence, nmsThreshold) = (form.Prompts(), Thresholds.Confidence(form), Thresholds.Nms(form));
        var images = await form.PicturesAsync(Transparency.Drop, "image");
        return new(images[0], prompts, confidence, nmsThreshold, form.Timer, form.Room);
    }
}
