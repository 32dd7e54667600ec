using System.Buffers.Binary;
using System.IO.Compression;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests;

/// <summary>Reads the pictures of the fixtures: PNG of 8 bits a sample, not interlaced.</summary>
internal static class PngReader
{
    public static RgbImage Read(string path)
    {
        var file = File.ReadAllBytes(path);
        using var compressed = new MemoryStream();
        var (width, height, colour) = (0, 0, 0);
        byte[] palette = [];
        for (var at = 8; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            var type = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            var data = file.AsSpan(at + 8, length);
            if (type == "IHDR")
            {
                (width, height, colour) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]),
                    data[9]);
                if (data[8] != 8 || data[12] != 0)
                    throw new NotSupportedException($"'{path}' is not a PNG of 8 bits a sample without interlacing.");
            }
            else if (type == "PLTE")
            {
                palette = data.ToArray();
            }
            else if (type == "IDAT")
            {
                compressed.Write(data);
            }

            at += length + 12;
        }

        compressed.Position = 0;
        using var inflated = new ZLibStream(compressed, CompressionMode.Decompress);
        var bytesPerPixel = colour switch { 0 or 3 => 1, 2 => 3, 4 => 2, _ => 4 };
        var pixels = new byte[width * height * 3];
        var row = new byte[width * bytesPerPixel];
        var above = new byte[row.Length];
        for (var y = 0; y < height; y++)
        {
            var filter = inflated.ReadByte();
            inflated.ReadExactly(row);
            Unfilter(filter, row, above, bytesPerPixel);
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    pixels[(y * width + x) * 3 + channel] = colour switch
                    {
                        0 or 4 => row[x * bytesPerPixel],
                        3 => palette[row[x] * 3 + channel],
                        _ => row[x * bytesPerPixel + channel],
                    };
                }
            }

            (row, above) = (above, row);
        }

        return new RgbImage(width, height, pixels);
    }

    private static void Unfilter(int filter, byte[] row, byte[] above, int step)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var left = i >= step ? row[i - step] : 0;
            var corner = i >= step ? above[i - step] : 0;
            row[i] += (byte)(filter switch
            {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                _ => Paeth(left, above[i], corner),
            });
        }
    }

    private static int Paeth(int left, int above, int corner)
    {
        var (toLeft, toAbove, toCorner) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - 2 * corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
