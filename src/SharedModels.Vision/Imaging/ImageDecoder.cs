using System.Text;
using Microsoft.Extensions.Options;
using SharedModels.Vision.Imaging.Jpeg;
using SharedModels.Vision.Imaging.Png;
using SharedModels.Vision.Imaging.WebP;

namespace SharedModels.Vision.Imaging;

/// <summary>Decodes JPEG, PNG and WebP. The content determines the format. File names and media types are ignored.</summary>
/// <remarks>
/// <para>The decoder is built for untrusted files. Headers, sizes and checksums are checked in managed code before any memory is
/// allocated and before native code sees the file. The outcome is always an image or an <see cref="ImageFormatException"/>, regardless of
/// the bytes. Truncated files are rejected. A JPEG whose data is damaged is decoded if its tables are intact and its end marker is
/// present.</para>
/// <para>An EXIF orientation (1 to 8) is applied. Transparency is dropped unless the call specifies otherwise. 16-bit samples keep their
/// upper 8 bits, CMYK is converted to RGB by multiplication, and color profiles and gamma are ignored. A pixel whose index is beyond a
/// PNG's palette takes the last color of the palette. The part of an animation's canvas that its first frame does not cover is black.
/// JPEG with arithmetic coding is not supported.</para>
/// <para>Pixels are decoded by Skia (SkiaSharp) on Linux, Windows and macOS. A decoded PNG or WebP takes four bytes per pixel, and a JPEG
/// takes three. While it is decoded, a JPEG that is progressive or has several scans takes up to six more bytes per pixel of native
/// memory, and an interlaced PNG up to eight. An orientation other than 1 takes three more bytes per pixel while it is applied. A
/// baseline JPEG of 2 megapixels or more is decoded by up to four threads of the thread pool if no other work is waiting for them. The
/// decoder is immutable and thread-safe.</para>
/// </remarks>
public sealed class ImageDecoder : IImageDecoder
{
    private readonly SizeLimit _limit;

    /// <summary>Creates a decoder with the default limits.</summary>
    public ImageDecoder()
        : this(new ImageDecoderOptions())
    {
    }

    /// <summary>Creates a decoder with the specified limits, which are copied.</summary>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">A limit is out of range.</exception>
    public ImageDecoder(ImageDecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.IsValid)
            throw new ArgumentException(options.Complaint, nameof(options));
        _limit = new SizeLimit(options.MaxPixels, options.MaxSide);
    }

    /// <summary>Creates a decoder with the configured limits.</summary>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">A limit is out of range.</exception>
    public ImageDecoder(IOptions<ImageDecoderOptions> options)
        : this((options ?? throw new ArgumentNullException(nameof(options))).Value)
    {
    }

    /// <inheritdoc/>
    public ImageInfo Identify(ReadOnlyMemory<byte> encoded) => Open(encoded, SizeLimit.None).Info;

    /// <inheritdoc/>
    /// <exception cref="DllNotFoundException">Skia's native library is missing. The message names the packages that contain it.</exception>
    public RgbImage Decode(ReadOnlyMemory<byte> encoded, Transparency transparency = Transparency.Drop)
    {
        var source = Open(encoded, _limit);
        return source.Orientation.Apply(source.Width, source.Height, source.ReadPixels(transparency));
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
            throw ImageFormatException.Truncated($"The file is too short for an image.");
        throw new ImageFormatException(
            ImageFormatErrorReason.Unsupported,
            $"The file is {Guess(bytes)}. JPEG, PNG and WebP are accepted.");
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
        return bytes.TrimStart(" \t\r\n\uFEFF"u8).StartsWith("<"u8) ? "text (SVG, HTML or XML)" : "in an unknown format";
    }
}
