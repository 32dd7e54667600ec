using System.Buffers.Binary;

namespace SharedModels.Vision.Imaging.Png;

/// <summary>The joined contents of consecutive IDAT chunks, whose lengths have been checked.</summary>
internal sealed class PngDataStream(ReadOnlyMemory<byte> png, int firstChunk) : Stream
{
    private int _next = firstChunk;
    private ReadOnlyMemory<byte> _chunk;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (_chunk.IsEmpty)
        {
            var header = png.Span[_next..];
            if (!header[4..8].SequenceEqual("IDAT"u8))
                return 0;
            var length = BinaryPrimitives.ReadInt32BigEndian(header);
            _chunk = png.Slice(_next + 8, length);
            _next += 12 + length;
        }

        var count = Math.Min(buffer.Length, _chunk.Length);
        _chunk.Span[..count].CopyTo(buffer);
        _chunk = _chunk[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
