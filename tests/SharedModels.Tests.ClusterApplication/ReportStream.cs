using System.Text;

namespace SharedModels.Tests.ClusterApplication;

/// <summary>The stream of reports to one gateway, which can fall silent.</summary>
internal sealed class ReportStream(Stream response, bool isLaterVersion, CancellationToken muted) : Stream
{
    private const string Report = "\"report\":{";

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (muted.IsCancellationRequested)
            return ValueTask.CompletedTask;
        if (!isLaterVersion)
            return response.WriteAsync(buffer, cancellationToken);
        var text = Encoding.UTF8.GetString(buffer.Span).Replace(
            Report, $"\"future\":[1,{{\"x\":null}}],{Report}\"future\":{{\"y\":[true]}},", StringComparison.Ordinal);
        return response.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => response.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
