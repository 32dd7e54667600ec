using SharedModels;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Detection;

/// <summary>The form of <c>POST /v1/detect</c>. It is validated and decoded before a model is leased.</summary>
internal sealed record DetectionRequest(
    RgbImage Image, IReadOnlyList<string> Prompts, float Confidence, float NmsThreshold, RequestTimer Timer, IDisposable? Room)
{
    /// <summary>Binds the parameter of an endpoint. The framework calls this method.</summary>
    public static async ValueTask<DetectionRequest?> BindAsync(HttpContext context)
    {
        var lease = context.RequestServices.GetRequiredService<IModelLease<Owlv2>>();
        var form = await UploadForm.ReadAsync(context);
        var (prompts, confidence, nmsThreshold) = (form.Prompts(), Thresholds.Confidence(form), Thresholds.Nms(form));
        var images = await form.PicturesAsync(lease, Transparency.Drop, "image");
        return new(images[0], prompts, confidence, nmsThreshold, form.Timer, form.Room);
    }
}
