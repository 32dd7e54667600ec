using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using SharedModels.Vision.Imaging.Png;

namespace SharedModels.Benchmarks.Vision;

/// <summary>Makes the files that are decoded.</summary>
internal static unsafe partial class Encoders
{
    public static byte[] Png(int width, int height, byte[] rgb)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            // Filter 1: the difference to the pixel on the left.
            var row = new byte[1 + width * 3];
            row[0] = 1;
            for (var y = 0; y < height; y++)
            {
                var source = rgb.AsSpan(y * width * 3, width * 3);
                for (var i = 0; i < source.Length; i++)
                    row[1 + i] = (byte)(source[i] - (i < 3 ? 0 : source[i - 3]));
                zlib.Write(row);
            }
        }

        return [.. PngChunks.Signature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, compressed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    public static byte[] Jpeg(int width, int height, byte[] rgb)
    {
        const int Rgb = 0, Samp420 = 2, Quality = 90;
        var handle = InitCompress();
        byte* output = null;
        try
        {
            nuint size = 0;
            fixed (byte* source = rgb)
            {
                if (Compress(handle, source, width, width * 3, height, Rgb, &output, &size, Samp420, Quality, 0) != 0)
                    throw new InvalidOperationException("libturbojpeg could not encode the picture.");
            }

            return new Span<byte>(output, (int)size).ToArray();
        }
        finally
        {
            Free(output);
            _ = Destroy(handle);
        }
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. name, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), PngCrc.Compute(chunk.AsSpan(4, chunk.Length - 8)));
        return chunk;
    }

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjInitCompress")]
    private static partial nint InitCompress();

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjCompress2")]
    private static partial int Compress(
        nint handle, byte* source, int width, int pitch, int height, int format, byte** output, nuint* size, int sampling, int quality,
        int flags);

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjFree")]
    private static partial void Free(byte* buffer);

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjDestroy")]
    private static partial int Destroy(nint handle);
}
