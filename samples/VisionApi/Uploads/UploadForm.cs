using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SharedModels.Vision.Imaging;

namespace VisionApi.Uploads;

/// <summary>A multipart form with pictures, read within the limits, whose fields are checked as they are asked for.</summary>
internal sealed class UploadForm(
    HttpContext context,
    IFormCollection form,
    VisionApiOptions limits,
    IImageDecoder decoder,
    PixelBudget budget)
{
    // Room for the prompts and the separators beside the pictures.
    private const long OtherBytes = 1_000_000;

    /// <summary>
    /// The room in memory that the pictures take, to be given back when they are not needed any more, at the latest with the response.
    /// </summary>
    public IDisposable? Room { get; private set; }

    public RequestTimer Timer { get; } = new(context.RequestServices.GetRequiredService<TimeProvider>());

    /// <param name="context">The request.</param>
    /// <param name="pictures">How many pictures the form may hold, which bounds its length.</param>
    /// <exception cref="BadHttpRequestException">It is no form, or one that is malformed or too long.</exception>
    public static async Task<UploadForm> ReadAsync(HttpContext context, int pictures = 1)
    {
        var services = context.RequestServices;
        var limits = services.GetRequiredService<IOptions<VisionApiOptions>>().Value;
        if (!context.Request.HasFormContentType)
            throw new BadHttpRequestException(
                "Send the picture as a form: Content-Type multipart/form-data, with the file in the field 'image'.",
                StatusCodes.Status415UnsupportedMediaType);
        await LimitBodyAsync(context, pictures, limits);
        return new(
            context,
            await ReadFormAsync(context),
            limits,
            services.GetRequiredService<IImageDecoder>(),
            services.GetRequiredService<PixelBudget>());
    }

    /// <summary>Decodes the pictures of the given fields, upright.</summary>
    /// <param name="transparency">What becomes of their transparency.</param>
    /// <param name="fields">The fields.</param>
    /// <exception cref="InvalidFieldException">There is none, or it is empty or too large.</exception>
    /// <exception cref="ImageFormatException">The file is no picture that can be decoded.</exception>
    public async Task<RgbImage[]> PicturesAsync(Transparency transparency, params string[] fields)
    {
        var encoded = new byte[fields.Length][];
        for (var i = 0; i < fields.Length; i++)
            encoded[i] = await ReadAsync(FileOf(fields[i]));
        Timer.Restart();
        Room = await budget.ReserveAsync(encoded, context.RequestAborted);
        if (Room is not null)
            context.Response.RegisterForDispose(Room);
        Timer.Acquired();
        var images = Array.ConvertAll(encoded, file => decoder.Decode(file, transparency));
        Timer.Decoded();
        return images;
    }

    /// <summary>The prompts: of each value each line that is not blank.</summary>
    /// <exception cref="InvalidFieldException">There is none, or too many, or one is too long.</exception>
    public IReadOnlyList<string> Prompts()
    {
        const string field = "prompts";
        const StringSplitOptions nonBlank = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] prompts = [.. form[field].SelectMany(static value => value!.Split(['\r', '\n'], nonBlank))];
        if (prompts.Length == 0)
            throw new InvalidFieldException(
                field, "The field 'prompts' says nothing. Write what is sought, one prompt a line, such as: a red circle");
        if (prompts.Length > limits.MaxPrompts)
            throw new InvalidFieldException(
                field, $"The field 'prompts' has {prompts.Length} prompts; at most {limits.MaxPrompts} are accepted.");
        return Array.Find(prompts, prompt => prompt.Length > limits.MaxPromptLength) is { } tooLong
            ? throw new InvalidFieldException(
                field, $"The prompt '{Shorten(tooLong)}' has {tooLong.Length} characters; at most {limits.MaxPromptLength} are accepted.")
            : prompts;
    }

    /// <summary>
    /// A number from <paramref name="least"/> to <paramref name="most"/>, or the default if the field is missing or blank.
    /// </summary>
    /// <exception cref="InvalidFieldException">It is no number, or out of range.</exception>
    public float Number(string field, float least, float most, float defaultValue)
    {
        var text = form[field].ToString();
        if (string.IsNullOrWhiteSpace(text))
            return defaultValue;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new InvalidFieldException(
                field, $"The field '{field}' is '{Shorten(text)}'; write a number from {least} to {most}, such as {defaultValue}.");
    }

    private IFormFile FileOf(string field)
    {
        var files = form.Files.GetFiles(field);
        if (files.Count != 1)
            throw new InvalidFieldException(
                field,
                files.Count == 0
                    ? $"The form has no file in the field '{field}'. Choose a picture (JPEG, PNG or WebP)."
                    : $"The field '{field}' has {files.Count} files; send one picture at a time.");
        if (files[0].Length == 0)
            throw new InvalidFieldException(field, $"The file in the field '{field}' is empty. Choose a picture (JPEG, PNG or WebP).");
        return files[0].Length <= limits.MaxImageBytes
            ? files[0]
            : throw new InvalidFieldException(field, $"The file in the field '{field}' has {Megabytes(files[0].Length)}; at most "
                + $"{Megabytes(limits.MaxImageBytes)} are accepted.", StatusCodes.Status413PayloadTooLarge);
    }

    private async Task<byte[]> ReadAsync(IFormFile file)
    {
        var bytes = GC.AllocateUninitializedArray<byte>((int)file.Length);
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, context.RequestAborted);
        return bytes;
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

        // Who expects an answer before it sends anything gets one, and nobody sends more than is worth dropping.
        if (request.Headers.Expect.Count == 0 && length <= bytes + LimitedBody.MaxDroppedBytes)
            await body.DropAsync(context.RequestAborted);
        throw Reject();

        BadHttpRequestException Reject() => new(
            $"The request has {(request.ContentLength is { } told ? Megabytes(told) : $"more than {Megabytes(bytes)}")}; a picture may "
            + $"have at most {Megabytes(limits.MaxImageBytes)}.",
            StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpContext context)
    {
        try
        {
            return await context.Request.ReadFormAsync(
                new FormOptions { MultipartBodyLengthLimit = long.MaxValue }, context.RequestAborted);
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
