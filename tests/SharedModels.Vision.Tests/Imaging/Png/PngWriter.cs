using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SharedModels.Vision.Tests.Imaging.Png;

/// <summary>Writes PNGs of any kind, including broken ones. The encoder is independent of the decoder under test.</summary>
internal sealed class PngWriter
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly List<byte> _file = [.. Signature];

    public static int Channels(int colorType) => colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>
    /// Writes a complete PNG. <paramref name="sample"/> returns the sample of a pixel's channel, in the bit depth of the image.
    /// </summary>
    public static byte[] Write(
        int width,
        int height,
        int colorType,
        int depth,
        bool interlaced,
        Func<int, int, int, int> sample,
        Func<int, int> filter,
        byte[]? palette = null)
    {
        var writer = new PngWriter().Header(width, height, depth, colorType, interlaced ? 1 : 0);
        if (palette is not null)
            writer.Chunk("PLTE", palette);
        return writer.Data(Raw(width, height, colorType, depth, interlaced, sample, filter)).End();
    }

    /// <summary>Writes an 8-bit RGB image.</summary>
    public static byte[] WriteRgb(int width, int height, ReadOnlyMemory<byte> rgb) =>
        Write(width, height, 2, 8, interlaced: false, (x, y, c) => rgb.Span[(y * width + x) * 3 + c], _ => 0);

    public PngWriter Header(int width, int height, int depth, int colorType, int interlace = 0)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colorType, (byte)interlace);
        return Chunk("IHDR", header);
    }

    public PngWriter Data(byte[] raw, int pieces = 3)
    {
        var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(raw);
        var bytes = compressed.ToArray();
        for (var i = 0; i < pieces; i++)
            Chunk("IDAT", bytes[(bytes.Length * i / pieces)..(bytes.Length * (i + 1) / pieces)]);
        return this;
    }

    public PngWriter Chunk(string name, byte[] content, bool isIntact = true)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. content];
        var crc = Crc(body) ^ (isIntact ? 0 : 1u);
        _file.AddRange([.. BigEndian((uint)content.Length), .. body, .. BigEndian(crc)]);
        return this;
    }

    public byte[] End() => Chunk("IEND", []).ToArray();

    public byte[] ToArray() => [.. _file];

    public static byte[] Raw(
        int width, int height, int colorType, int depth, bool interlaced, Func<int, int, int, int> sample, Func<int, int> filter)
    {
        var raw = new List<byte>();
        foreach (var (left, top, stepX, stepY) in interlaced ? Adam7 : [(0, 0, 1, 1)])
        {
            var columns = Enumerable.Range(0, width).Where(x => x % stepX == left % stepX && x >= left).ToArray();
            if (columns.Length == 0)
                continue;
            byte[]? above = null;
            for (var y = top; y < height; y += stepY)
            {
                var row = PackRow(columns, y, Channels(colorType), depth, sample);
                above ??= new byte[row.Length];
                raw.Add((byte)filter(y));
                raw.AddRange(Filter(filter(y), row, above, Math.Max(1, Channels(colorType) * depth / 8)));
                above = row;
            }
        }

        return [.. raw];
    }

    private static byte[] PackRow(int[] columns, int y, int channels, int depth, Func<int, int, int, int> sample)
    {
        var row = new byte[(columns.Length * channels * depth + 7) / 8];
        var bit = 0;
        foreach (var x in columns)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                for (var i = depth - 1; i >= 0; i--, bit++)
                    row[bit / 8] |= (byte)((sample(x, y, channel) >> i & 1) << 7 - bit % 8);
            }
        }

        return row;
    }

    private static byte[] Filter(int filter, byte[] row, byte[] above, int step)
    {
        var filtered = new byte[row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            int left = i < step ? 0 : row[i - step], up = above[i], corner = i < step ? 0 : above[i - step];
            filtered[i] = (byte)(row[i] - filter switch
            {
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => 0,
            });
        }

        return filtered;
    }

    private static byte[] BigEndian(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    // Bit by bit, as defined by ISO 3309.
    private static uint Crc(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
        }

        return ~crc;
    }

    // As in the specification, 9.4.
    private static int Paeth(int a, int b, int c)
    {
        var p = a + b - c;
        var (pa, pb, pc) = (Math.Abs(p - a), Math.Abs(p - b), Math.Abs(p - c));
        if (pa <= pb && pa <= pc)
            return a;
        return pb <= pc ? b : c;
    }
}
