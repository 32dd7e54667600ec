namespace VisionApi.Uploads;

/// <summary>A request body that throws an exception when it exceeds its limit.</summary>
internal sealed class LimitedBody(Stream body, long limit, Func<BadHttpRequestException> reject) : Stream
{
    /// <summary>
    /// The maximum number of bytes beyond the limit that are read and dropped. Most clients read a response only after they have sent
    /// everything, so this lets them receive it.
    /// </summary>
    public const long MaxDroppedBytes = 100_000_000;

    private long _left = limit;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        _left -= count;
        if (_left >= 0)
            return count;
        try
        {
            await DropAsync(cancellationToken);
        }
        catch (BadHttpRequestException)
        {
            // The body is longer than the server drops. The server's own message would mention an internal limit.
        }

        throw reject();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Reads and drops the rest of the body.</summary>
    public Task DropAsync(CancellationToken cancellationToken) => body.CopyToAsync(Null, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
