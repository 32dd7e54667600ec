using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SharedModels;
using SharedModels.Vision.Imaging;

namespace VisionApi.Uploads;

/// <summary>A multipart form with images, which is read within the limits. Each field is validated when it is read.</summary>
internal sealed class UploadForm(
    HttpContext context,
    MultipartForm form,
    VisionApiOptions limits,
    IImageDecoder decoder,
    PixelBudget budget,
    DecodeGate gate,
    Admission admission)
{
    // The space for the prompts and the separators, in addition to the images.
    private const long OtherBytes = 1_000_000;

    /// <summary>
    /// The memory reservation of the images. Dispose it when they are no longer needed. It is disposed with the response at the latest.
    /// </summary>
    public IDisposable? Room { get; private set; }

    public RequestTimer Timer { get; } = new(context.RequestServices.GetRequiredService<TimeProvider>());

    /// <param name="context">The request.</param>
    /// <param name="pictures">The maximum number of images, which limits the length of the form.</param>
    /// <exception cref="BadHttpRequestException">The request is not a form, or the form is malformed or too long.</exception>
    public static async Task<UploadForm> ReadAsync(HttpContext context, int pictures = 1)
    {
        var services = context.RequestServices;
        var limits = services.GetRequiredService<IOptions<VisionApiOptions>>().Value;
        if (!context.Request.HasFormContentType)
            throw new BadHttpRequestException(
                "Send the image as a form: Content-Type multipart/form-data, with the file in the field 'image'.",
                StatusCodes.Status415UnsupportedMediaType);
        await LimitBodyAsync(context, pictures, limits);
        return new(
            context,
            await ReadFormAsync(context),
            limits,
            services.GetRequiredService<IImageDecoder>(),
            services.GetRequiredService<PixelBudget>(),
            services.GetRequiredService<DecodeGate>(),
            services.GetRequiredService<Admission>());
    }

    /// <summary>
    /// Decodes the images in the specified fields, upright. A request that would not get its model is rejected before that, and nothing is
    /// decoded for a client that has disconnected.
    /// </summary>
    /// <param name="lease">The lease that the images are for.</param>
    /// <param name="transparency">The handling of transparent pixels.</param>
    /// <param name="fields">The fields.</param>
    /// <exception cref="InvalidFieldException">A file is missing, empty or too large.</exception>
    /// <exception cref="ImageFormatException">A file is not an image that can be decoded.</exception>
    /// <exception cref="ModelLeaseException">The lease cannot be granted.</exception>
    public async Task<RgbImage[]> PicturesAsync(IModelLease lease, Transparency transparency, params string[] fields)
    {
        var gone = context.RequestAborted;
        var files = Array.ConvertAll(fields, FileOf);
        gone.ThrowIfCancellationRequested();
        Timer.Restart();
        await admission.CheckAsync(lease, gone);
        Room = await budget.ReserveAsync(Array.ConvertAll(files, static file => file.Content), gone);
        if (Room is not null)
            context.Response.RegisterForDispose(Room);
        using var place = await gate.EnterAsync(gone);

        // The queue can have become full in the meantime.
        await admission.CheckAsync(lease, gone);
        Timer.Acquired();
        var images = Array.ConvertAll(files, file => decoder.Decode(file.Content, transparency));
        form.Dispose();
        Timer.Decoded();
        return images;
    }

    /// <summary>Returns the prompts: every non-blank line of every value.</summary>
    /// <exception cref="InvalidFieldException">There are no prompts or too many, or a prompt is too long.</exception>
    public IReadOnlyList<string> Prompts()
    {
        const string field = "prompts";
        const StringSplitOptions nonBlank = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] prompts = [.. form.Values(field).SelectMany(static value => value!.Split(['\r', '\n'], nonBlank))];
        if (prompts.Length == 0)
            throw new InvalidFieldException(
                field, "The field 'prompts' is empty. Enter what to find, one prompt per line, such as: a red circle");
        if (prompts.Length > limits.MaxPrompts)
            throw new InvalidFieldException(
                field, $"The field 'prompts' has {prompts.Length} prompts; at most {limits.MaxPrompts} are accepted.");
        return Array.Find(prompts, prompt => prompt.Length > limits.MaxPromptLength) is { } tooLong
            ? throw new InvalidFieldException(
                field, $"The prompt '{Shorten(tooLong)}' has {tooLong.Length} characters; at most {limits.MaxPromptLength} are accepted.")
            : prompts;
    }

    /// <summary>
    /// Returns a number from <paramref name="least"/> to <paramref name="most"/>, or the default if the field is missing or blank.
    /// </summary>
    /// <exception cref="InvalidFieldException">The value is not a number, or is out of range.</exception>
    public float Number(string field, float least, float most, float defaultValue)
    {
        var text = form.Values(field).ToString();
        if (string.IsNullOrWhiteSpace(text))
            return defaultValue;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new InvalidFieldException(
                field, $"The field '{field}' is '{Shorten(text)}'; enter a number from {least} to {most}, such as {defaultValue}.");
    }

    private UploadedFile FileOf(string field)
    {
        var files = form.Files(field);
        if (files.Count != 1)
            throw new InvalidFieldException(
                field,
                files.Count == 0
                    ? $"The form has no file in the field '{field}'. Choose an image (JPEG, PNG or WebP)."
                    : $"The field '{field}' has {files.Count} files; send one image at a time.");
        if (files[0].Length == 0)
            throw new InvalidFieldException(field, $"The file in the field '{field}' is empty. Choose an image (JPEG, PNG or WebP).");
        return files[0].Length <= limits.MaxImageBytes
            ? files[0]
            : throw new InvalidFieldException(field, $"The file in the field '{field}' has {Megabytes(files[0].Length)}; at most "
                + $"{Megabytes(limits.MaxImageBytes)} are accepted.", StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task LimitBodyAsync(HttpContext context, int pictures, VisionApiOptions limits)
    {
        var request = context.Request;
        var bytes = (pictures * (long)limits.MaxImageBytes) + OtherBytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = bytes + LimitedBody.MaxDroppedBytes;
        var body = new LimitedBody(request.Body, bytes, Reject);
        request.Body = body;
        if (request.ContentLength is not { } length || length <= bytes)
            return;

        // A client that sent Expect waits for a response before it sends the body, so there is nothing to drop. A longer body is not read.
        if (request.Headers.Expect.Count == 0 && length <= bytes + LimitedBody.MaxDroppedBytes)
            await body.DropAsync(context.RequestAborted);
        throw Reject();

        BadHttpRequestException Reject() => new(
            $"The request has {(request.ContentLength is { } total ? Megabytes(total) : $"more than {Megabytes(bytes)}")}; an image can "
            + $"have at most {Megabytes(limits.MaxImageBytes)}.",
            StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<MultipartForm> ReadFormAsync(HttpContext context)
    {
        var form = new MultipartForm();
        context.Response.RegisterForDispose(form);
        try
        {
            await form.ReadAsync(context.Request, context.RequestAborted);
            return form;
        }
        catch (Exception malformed) when (malformed is InvalidDataException or NotSupportedException or ArgumentException
            or (IOException and not BadHttpRequestException))
        {
            throw new BadHttpRequestException($"The form cannot be read: {malformed.Message}", StatusCodes.Status400BadRequest, malformed);
        }
    }

    private static string Megabytes(long bytes) => $"{bytes / 1e6:0.###} MB";

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..(char.IsHighSurrogate(text[39]) ? 39 : 40)] + "…";
}
