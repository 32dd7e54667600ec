using System.Buffers;
using System.Runtime.ExceptionServices;
using SharedModels.Vision.Imaging.Skia;

namespace SharedModels.Vision.Imaging.Jpeg;

/// <summary>A JPEG image. Skia decodes it after its markers have been checked in managed code.</summary>
/// <remarks>
/// Rows are decoded a few at a time into a buffer that fits the processor's cache, and packed from there, so no second copy of the image
/// is needed.
/// </remarks>
internal sealed class JpegImage : EncodedImage
{
    private const int RowsAtOnce = 16;

    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly bool _isSequential;

    private JpegImage(ReadOnlyMemory<byte> encoded, in JpegMarkers markers)
        : base(ImageFormat.Jpeg, markers.Width, markers.Height, markers.Orientation)
    {
        _encoded = encoded;
        _isSequential = markers.IsSequential && markers.Scans == 1;
    }

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith([(byte)0xFF, (byte)0xD8, (byte)0xFF]);

    public static JpegImage Open(ReadOnlyMemory<byte> encoded, SizeLimit limit)
    {
        var markers = new JpegMarkers(encoded.Span, limit);
        markers.Walk();
        return new JpegImage(encoded, markers);
    }

    public override byte[] ReadPixels(Transparency transparency)
    {
        // Decoding in parts costs more processor time in total, at the expense of work that is already waiting.
        var isWorthParts = _isSequential && ThreadPool.PendingWorkItemCount == 0;
        return ReadPixels(JpegParts.Cut(Height, isWorthParts ? JpegParts.Count(Width, Height, Environment.ProcessorCount) : 1));
    }

    /// <summary>Decodes the rows between each pair of consecutive bounds on a separate thread.</summary>
    internal byte[] ReadPixels(int[] bounds)
    {
        var rgb = GC.AllocateUninitializedArray<byte>(Width * Height * 3);
        if (bounds.Length == 2)
        {
            ReadRows(rgb, bounds[0], bounds[1]);
            return rgb;
        }

        var failures = new ExceptionDispatchInfo?[bounds.Length - 1];
        Parallel.For(0, failures.Length, i =>
        {
            try
            {
                ReadRows(rgb, bounds[i], bounds[i + 1]);
            }
#pragma warning disable CA1031 // Rethrown unchanged on the calling thread, instead of in an AggregateException.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                failures[i] = ExceptionDispatchInfo.Capture(failure);
            }
        });
        Array.Find(failures, static failure => failure is not null)?.Throw();
        return rgb;
    }

    private void ReadRows(byte[] rgb, int first, int end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(RowsAtOnce, end - first) * Width * SkiaCodec.BytesPerPixel);
        try
        {
            using var codec = new SkiaCodec(_encoded, ImageFormat.Jpeg, Width, Height);
            codec.Start(first);
            for (var y = first; y < end; y += RowsAtOnce)
            {
                var rows = Math.Min(RowsAtOnce, end - y);
                var rgba = buffer.AsSpan(0, rows * Width * SkiaCodec.BytesPerPixel);
                codec.ReadRows(rgba, rows);
                RgbPacking.Pack(rgba, rgb.AsSpan(y * Width * 3, rows * Width * 3));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
