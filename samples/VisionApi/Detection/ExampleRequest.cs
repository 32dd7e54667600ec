using SharedModels;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Detection;

/// <summary>The form of <c>POST /v1/detect/by-example</c>. It is validated and decoded before a model is leased.</summary>
internal sealed record ExampleRequest(
    RgbImage Image, RgbImage Query, float Confidence, float NmsThreshold, RequestTimer Timer, IDisposable? Room)
{
    /// <inheritdoc cref="DetectionRequest.BindAsync"/>
    public static async ValueTask<ExampleRequest?> BindAsync(HttpContext context)
    {
        var lease = context.RequestServices.GetRequiredService<IModelLease<Owlv2>>();
        var form = await UploadForm.ReadAsync(context, pictures: 2);
        var (confidence, nmsThreshold) = (Thresholds.Confidence(form), Thresholds.Nms(form));
        var images = await form.PicturesAsync(lease, Transparency.Drop, "image", "query");
        return new(images[0], images[1], confidence, nmsThreshold, form.Timer, form.Room);
    }
}
