namespace SharedModels.Yarp.Gateways;

/// <summary>
/// Records whether any byte of an attempt was written to a connection. If a connection that was used before ends without an answer, the
/// client for nodes would send the request again by itself, although it may have begun. The second connection does not let it.
/// </summary>
internal sealed class SentMark
{
    private static readonly AsyncLocal<SentMark?> Current = new();

    private WatchedStream? _connection;

    public bool IsSent => Volatile.Read(ref _connection) is not null;

    /// <summary>Begins an attempt, until the calling method returns.</summary>
    public static SentMark Begin() => Current.Value = new();

    /// <summary>Returns a connection that marks the attempts that write to it.</summary>
    public static Stream Watch(Stream connection) => new WatchedStream(connection);

    private sealed class WatchedStream(Stream connection) : Stream
    {
        public override bool CanRead => true;

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
            if (Current.Value is { } mark && (Interlocked.CompareExchange(ref mark._connection, this, null) ?? this) != this)
                throw new IOException("The connection ended without an answer, so the request may have begun.");
            return connection.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            connection.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            connection.ReadAsync(buffer, offset, count, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => connection.Read(buffer, offset, count);

        public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

        public override void Flush() => connection.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                connection.Dispose();
            base.Dispose(disposing);
        }
    }
}
