using System.IO.Compression;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>A PNG (ISO/IEC 15948), decoded in managed code.</summary>
internal sealed class PngImage : EncodedImage
{
    // Deflate's longest match is 258 bytes for at least two bits.
    private const int LargestCompression = 1032;

    private readonly ReadOnlyMemory<byte> _encoded;
    private readonly PngHeader _header;
    private readonly Range _palette;
    private readonly int _firstData;
    private readonly long _dataLength;

    private PngImage(in PngChunks chunks, ReadOnlyMemory<byte> encoded)
        : base(ImageFormat.Png, chunks.Header.Width, chunks.Header.Height, chunks.Orientation)
    {
        _encoded = encoded;
        _header = chunks.Header;
        _palette = chunks.Palette;
        _firstData = chunks.FirstData;
        _dataLength = chunks.DataLength;
    }

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith(PngChunks.Signature[..4]);

    public static PngImage Open(ReadOnlyMemory<byte> encoded, SizeLimit limit)
    {
        var chunks = new PngChunks(encoded.Span, limit);
        chunks.Walk();
        if (chunks.DataLength * LargestCompression < PngPass.RawBytes(chunks.Header))
            throw MissingRows();
        return new PngImage(chunks, encoded);
    }

    public override void ReadPixels(Span<byte> rgb)
    {
        try
        {
            using var data = new ZLibStream(new PngDataStream(_encoded, _firstData), CompressionMode.Decompress);
            foreach (var pass in PngPass.For(_header))
                ReadPass(data, pass, rgb);
            // Reading on to the end lets the checksum of the data be compared; more data than the picture needs is ignored.
            _ = data.ReadByte();
        }
        catch (InvalidDataException exception)
        {
            throw new ImageFormatException("The PNG is damaged: its data cannot be decompressed.", exception);
        }
    }

    private void ReadPass(ZLibStream data, PngPass pass, Span<byte> rgb)
    {
        var (columns, rows) = (pass.Columns(Width), pass.Rows(Height));
        if (columns <= 0)
            return;
        var reader = new PngRowReader(_header, _encoded.Span[_palette]);
        var length = (int)(1 + _header.RowBytes(columns));
        var (row, above) = (new byte[length], new byte[length]);
        var colors = pass.StepX == 1 ? [] : new byte[columns * 3];
        for (var i = 0; i < rows; i++)
        {
            if (data.ReadAtLeast(row, length, throwOnEndOfStream: false) < length)
                throw MissingRows();
            PngFilter.Undo(row[0], row.AsSpan(1), above.AsSpan(1), _header.FilterStep);
            var target = rgb.Slice((pass.Top + i * pass.StepY) * Width * 3, Width * 3);
            if (pass.StepX == 1)
            {
                reader.ToRgb(row.AsSpan(1), target);
            }
            else
            {
                reader.ToRgb(row.AsSpan(1), colors);
                for (int from = 0, to = pass.Left * 3; from < colors.Length; from += 3, to += pass.StepX * 3)
                    colors.AsSpan(from, 3).CopyTo(target[to..]);
            }

            (row, above) = (above, row);
        }
    }

    private static ImageFormatException MissingRows() =>
        ImageFormatException.Corrupt("The PNG is damaged: it holds fewer rows than its header says.");
}
