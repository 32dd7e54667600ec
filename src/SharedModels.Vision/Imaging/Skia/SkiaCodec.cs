using System.Buffers;
using SkiaSharp;

namespace SharedModels.Vision.Imaging.Skia;

/// <summary>Skia's decoder of an image whose container has been checked in managed code.</summary>
/// <remarks>
/// Samples are RGBA with 8 bits each. No color space is requested, so Skia does not convert color profiles, and alpha is not
/// premultiplied.
/// </remarks>
internal sealed unsafe class SkiaCodec : IDisposable
{
    public const int BytesPerPixel = 4;

    private readonly ImageFormat _format;
    private readonly SKImageInfo _info;
    private readonly MemoryHandle _pinned;
    private readonly SKData? _data;
    private readonly SKCodec? _codec;

    /// <summary>Opens an image, which must have the size that its header states.</summary>
    /// <param name="encoded">A complete file, which must not change until the codec is disposed.</param>
    /// <param name="format">The format that was detected.</param>
    /// <param name="width">The stored width in pixels.</param>
    /// <param name="height">The stored height in pixels.</param>
    /// <exception cref="DllNotFoundException">Skia's native library is missing.</exception>
    /// <exception cref="ImageFormatException">Skia rejects the image, or reads a different size from it.</exception>
    public SkiaCodec(ReadOnlyMemory<byte> encoded, ImageFormat format, int width, int height)
    {
        SkiaLibrary.EnsureLoaded();
        _format = format;
        _info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        _pinned = encoded.Pin();
        try
        {
            _data = SKData.Create((nint)_pinned.Pointer, encoded.Length);
            _codec = SKCodec.Create(_data);
            if (_codec is null)
                throw Damaged("its header cannot be read");
            if (_codec.Info.Width != width || _codec.Info.Height != height)
                throw Damaged($"it contains an image of {_codec.Info.Width} x {_codec.Info.Height} pixels, not {width} x {height}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Decodes the whole image onto a canvas. The rest of the canvas is black.</summary>
    /// <param name="width">The width of the canvas in pixels.</param>
    /// <param name="height">The height of the canvas in pixels.</param>
    /// <param name="left">The distance of the image from the left of the canvas.</param>
    /// <param name="top">The distance of the image from the top of the canvas.</param>
    /// <param name="transparency">The treatment of transparent pixels.</param>
    /// <returns>The canvas, three bytes per pixel, followed by unused bytes.</returns>
    /// <exception cref="ImageFormatException">The data is damaged.</exception>
    public byte[] ReadAll(int width, int height, int left, int top, Transparency transparency)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(left + _info.Width, width, nameof(left));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(top + _info.Height, height, nameof(top));

        // Packed in place: Skia decodes the whole image in one call, and a second array would be larger than the quarter that is unused
        // here.
        var samples = GC.AllocateUninitializedArray<byte>(width * height * BytesPerPixel);
        if (_info.Width < width || _info.Height < height)
            samples.AsSpan().Clear();
        var stride = width * BytesPerPixel;
        fixed (byte* target = samples)
            Check(_codec!.GetPixels(_info, (nint)(target + top * stride + left * BytesPerPixel), stride, SKCodecOptions.Default));
        if (transparency == Transparency.ContrastingBackground)
            Background.Blend(samples);
        RgbPacking.Pack(samples, samples);
        return samples;
    }

    /// <summary>Starts decoding row by row.</summary>
    /// <param name="row">The first row to read. The rows above it are skipped, which costs less than decoding them.</param>
    /// <exception cref="ImageFormatException">The data is damaged.</exception>
    public void Start(int row)
    {
        Check(_codec!.StartScanlineDecode(_info));
        if (row > 0 && !_codec.SkipScanlines(row))
            throw Damaged("its data ends too early");
    }

    /// <summary>Decodes the next rows.</summary>
    /// <param name="rgba">The buffer for the rows, without padding.</param>
    /// <param name="rows">The number of rows.</param>
    /// <exception cref="ImageFormatException">The data is damaged.</exception>
    public void ReadRows(Span<byte> rgba, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rgba.Length, rows * _info.RowBytes, nameof(rgba));
        fixed (byte* target = rgba)
        {
            if (_codec!.GetScanlines((nint)target, rows, _info.RowBytes) != rows)
                throw Damaged("its data ends too early");
        }
    }

    public void Dispose()
    {
        _codec?.Dispose();
        _data?.Dispose();
        _pinned.Dispose();
    }

    private void Check(SKCodecResult result)
    {
        if (result != SKCodecResult.Success)
            throw Damaged($"its data cannot be decoded ({result})");
    }

    private ImageFormatException Damaged(string how)
    {
        var format = _format == ImageFormat.WebP ? "WebP" : _format.ToString().ToUpperInvariant();
        return ImageFormatException.Corrupt($"The {format} is damaged: {how}.");
    }
}
