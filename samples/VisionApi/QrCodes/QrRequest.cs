using SharedModels;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.QrCodes;

/// <summary>The form of <c>POST /v1/qr</c>. It is validated and decoded before a model is leased.</summary>
internal sealed record QrRequest(RgbImage Image, RequestTimer Timer, IDisposable? Room)
{
    /// <summary>Binds the parameter of an endpoint. The framework calls this method.</summary>
    public static async ValueTask<QrRequest?> BindAsync(HttpContext context)
    {
        var lease = context.RequestServices.GetRequiredService<IModelLease<QrReader>>();
        var form = await UploadForm.ReadAsync(context);
        var images = await form.PicturesAsync(lease, Transparency.ContrastingBackground, "image");
        return new(images[0], form.Timer, form.Room);
    }
}
