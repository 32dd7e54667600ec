using System.Net;

namespace SharedModels.Yarp.Tests;

/// <summary>A request body of zeros that counts the bytes that were sent.</summary>
internal sealed class CountedContent(long length) : HttpContent
{
    private static readonly byte[] Zeros = new byte[1 << 16];
    private long _sent;

    public long Sent => Interlocked.Read(ref _sent);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var left = length; left > 0; left -= Zeros.Length)
        {
            var count = (int)Math.Min(left, Zeros.Length);
            await stream.WriteAsync(Zeros.AsMemory(0, count));
            Interlocked.Add(ref _sent, count);
        }
    }

    protected override bool TryComputeLength(out long length1)
    {
        length1 = length;
        return true;
    }
}
