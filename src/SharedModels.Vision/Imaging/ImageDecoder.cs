using System.Text;
using Microsoft.Extensions.Options;
using SharedModels.Vision.Imaging.Jpeg;
using SharedModels.Vision.Imaging.Png;
using SharedModels.Vision.Imaging.WebP;

namespace SharedModels.Vision.Imaging;

/// <summary>Decodes JPEG, PNG and WebP, told apart by their content; file names and media types play no part.</summary>
/// <remarks>
/// <para>Built for files from strangers: the size is checked before memory is taken for it, and whatever the bytes are, the outcome is a
/// picture or an <see cref="ImageFormatException"/>. Truncated files are rejected; a JPEG with harmless defects is decoded.</para>
/// <para>An EXIF orientation (1 to 8) is applied. Transparency is dropped, not composited: the colour stored under it shows, as in the
/// <c>convert("RGB")</c> of Hugging Face's image processors that models are trained with. 16-bit samples keep their upper 8 bits, CMYK
/// becomes RGB by multiplication, and colour profiles are ignored.</para>
/// <para>PNG is decoded in managed code, JPEG by libturbojpeg and WebP by libwebp, which the operating system provides. Immutable, hence
/// safe for use by many threads.</para>
/// </remarks>
public sealed class ImageDecoder : IImageDecoder
{
    private readonly SizeLimit _limit;

    /// <summary>Makes a decoder with the default limits.</summary>
    public ImageDecoder()
        : this(new ImageDecoderOptions())
    {
    }

    /// <summary>Makes a decoder with the given limits, which are copied.</summary>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    public ImageDecoder(ImageDecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.IsValid)
            throw new ArgumentException(options.Complaint, nameof(options));
        _limit = new SizeLimit(options.MaxPixels, options.MaxSide);
    }

    /// <summary>Makes a decoder with the configured limits.</summary>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    public ImageDecoder(IOptions<ImageDecoderOptions> options)
        : this((options ?? throw new ArgumentNullException(nameof(options))).Value)
    {
    }

    /// <inheritdoc/>
    public ImageInfo Identify(ReadOnlyMemory<byte> encoded) => Open(encoded, SizeLimit.None).Info;

    /// <inheritdoc/>
    /// <exception cref="DllNotFoundException">Skia's native library is missing. The message names the packages that contain it.</exception>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded)
    {
        var source = Open(encoded, _limit);
        return source.Orientation.Apply(source.Width, source.Height, source.ReadPixels());
    }

    private static EncodedImage Open(ReadOnlyMemory<byte> encoded, SizeLimit limit)
    {
        var bytes = encoded.Span;
        if (bytes.IsEmpty)
            throw ImageFormatException.Truncated("The file is empty.");
        if (JpegImage.Begins(bytes))
            return JpegImage.Open(encoded, limit);
        if (PngImage.Begins(bytes))
            return PngImage.Open(encoded, limit);
        if (WebPImage.Begins(bytes))
            return WebPImage.Open(encoded, limit);
        if (bytes.Length < 4)
            throw ImageFormatException.Truncated($"The file ends after {bytes.Length} bytes, too few for a picture.");
        throw new ImageFormatException(
            ImageFormatErrorReason.Unsupported,
            $"The file is {Guess(bytes)}; pictures are accepted as JPEG, PNG or WebP.");
    }

    private static string Guess(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("GIF8"u8))
            return "a GIF";
        if (bytes.StartsWith("BM"u8))
            return "a BMP";
        if (bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8))
            return "a TIFF";
        if (bytes.Length >= 12 && bytes[4..8].SequenceEqual("ftyp"u8))
            return $"in the format '{Encoding.ASCII.GetString(bytes[8..12])}' (HEIC, AVIF or video)";
        return bytes.TrimStart(" \t\r\n\uFEFF"u8).StartsWith("<"u8) ? "text (SVG, HTML or XML)" : "of an unknown format";
    }
}
