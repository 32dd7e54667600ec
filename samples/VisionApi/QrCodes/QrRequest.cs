using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.QrCodes;

/// <summary>The form of <c>POST /v1/qr</c>, checked and decoded before anything is leased.</summary>
internal sealed record QrRequest(RgbImage Image, RequestTimer Timer, IDisposable? Room)
{
    /// <summary>Called by the framework, which binds this parameter of an endpoint with it.</summary>
    public static async ValueTask<QrRequest?> BindAsync(HttpContext context)
    {
        var form = await UploadForm.ReadAsync(context);
        var images = await form.PicturesAsync(Transparency.ContrastingBackground, "image");
        return new(images[0], form.Timer, form.Room);
    }
}
