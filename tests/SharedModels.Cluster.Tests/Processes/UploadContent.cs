using System.Net;

namespace SharedModels.Cluster.Tests.Processes;

/// <summary>A request body of zeros that counts the bytes that were sent, and can stop half way.</summary>
internal sealed class UploadContent(long length, Task? secondHalf = null) : HttpContent
{
    private static readonly byte[] Zeros = new byte[1 << 16];
    private long _sent;

    public long Sent => Interlocked.Read(ref _sent);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await WriteAsync(stream, length / 2);
        await stream.FlushAsync();
        if (secondHalf is not null)
            await secondHalf;
        await WriteAsync(stream, length - (length / 2));
    }

    protected override bool TryComputeLength(out long result)
    {
        result = length;
        return true;
    }

    private async Task WriteAsync(Stream stream, long bytes)
    {
        for (var left = bytes; left > 0; left -= Zeros.Length)
        {
            var count = (int)Math.Min(left, Zeros.Length);
            await stream.WriteAsync(Zeros.AsMemory(0, count));
            Interlocked.Add(ref _sent, count);
        }
    }
}
