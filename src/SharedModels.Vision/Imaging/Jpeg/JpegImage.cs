using System.Runtime.InteropServices;

namespace SharedModels.Vision.Imaging.Jpeg;

/// <summary>A JPEG, decoded by libturbojpeg once its markers have been walked in managed code.</summary>
internal sealed unsafe class JpegImage : EncodedImage
{
    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly bool _isCmyk;

    private JpegImage(ReadOnlyMemory<byte> encoded, int width, int height, int components, ExifOrientation orientation)
        : base(ImageFormat.Jpeg, width, height, orientation)
    {
        _encoded = encoded;
        _isCmyk = components == 4;
    }

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith([(byte)0xFF, (byte)0xD8, (byte)0xFF]);

    public static JpegImage Open(ReadOnlyMemory<byte> encoded, SizeLimit limit)
    {
        var markers = new JpegMarkers(encoded.Span, limit);
        markers.Walk();
        return new JpegImage(encoded, markers.Width, markers.Height, markers.Components, markers.Orientation);
    }

    public override void ReadPixels(Span<byte> rgb)
    {
        TurboJpeg.Dependency.EnsureLoaded();
        if (!_isCmyk)
        {
            Decompress(rgb, 3, TurboJpeg.PixelFormatRgb);
            return;
        }

        var cmyk = GC.AllocateUninitializedArray<byte>(checked(Width * Height * 4));
        Decompress(cmyk, 4, TurboJpeg.PixelFormatCmyk);
        // Samples are taken as inverted, as Adobe's programs write them and as Pillow reads all files.
        for (int from = 0, to = 0; from < cmyk.Length; from += 4, to += 3)
        {
            int black = cmyk[from + 3];
            rgb[to] = (byte)((cmyk[from] * black + 127) / 255);
            rgb[to + 1] = (byte)((cmyk[from + 1] * black + 127) / 255);
            rgb[to + 2] = (byte)((cmyk[from + 2] * black + 127) / 255);
        }
    }

    private void Decompress(Span<byte> destination, int bytesPerPixel, int pixelFormat)
    {
        var handle = TurboJpeg.InitDecompress();
        if (handle == 0)
            throw new InvalidOperationException("libturbojpeg could not make a decoder.");
        try
        {
            fixed (byte* source = _encoded.Span, target = destination)
            {
                var length = new CULong((nuint)_encoded.Length);
                // The size is known even where this fails, for a subsampling that only its other functions need to name.
                TurboJpeg.DecompressHeader(handle, source, length, out var width, out var height, out _, out _);
                if (width != Width || height != Height)
                    throw Failure(handle);
                var result = TurboJpeg.Decompress(
                    handle, source, length, target, Width, Width * bytesPerPixel, Height, pixelFormat, TurboJpeg.LimitScans);
                if (result != 0 && !IsHarmless(handle))
                    throw Failure(handle);
            }
        }
        finally
        {
            _ = TurboJpeg.Destroy(handle);
        }
    }

    // Cameras write files that decode with a warning. All samples are filled then, and the end marker is known to be there.
    private static bool IsHarmless(nint handle) =>
        TurboJpeg.GetErrorCode(handle) == TurboJpeg.WarningCode
        && !Text(handle).Contains("Premature end of JPEG", StringComparison.Ordinal);

    private static ImageFormatException Failure(nint handle) =>
        ImageFormatException.Corrupt($"The JPEG is damaged (libturbojpeg: {Text(handle)}).");

    private static string Text(nint handle) => Marshal.PtrToStringUTF8(TurboJpeg.GetErrorString(handle)) ?? "";
}
