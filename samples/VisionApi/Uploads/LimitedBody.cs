namespace VisionApi.Uploads;

/// <summary>A request's body that is rejected once it turns out to be longer than it may be.</summary>
internal sealed class LimitedBody(Stream body, long limit, Func<BadHttpRequestException> reject) : Stream
{
    /// <summary>
    /// Most clients read an answer only after they have sent everything: so many
    /// bytes beyond the limit are read and dropped, so that they get theirs.
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
            // It is longer than is worth dropping, and the server says so of a limit that no client should know.
        }

        throw reject();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Reads what is left to nowhere.</summary>
    public Task DropAsync(CancellationToken cancellationToken) => body.CopyToAsync(Null, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
