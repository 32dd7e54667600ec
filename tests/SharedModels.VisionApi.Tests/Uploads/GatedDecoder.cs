using SharedModels.Vision.Imaging;

namespace SharedModels.VisionApi.Tests.Uploads;

/// <summary>A decoder that counts, and that waits in each decoding until it is opened.</summary>
internal sealed class GatedDecoder : IImageDecoder, IDisposable
{
    private readonly ImageDecoder _decoder = new();
    private readonly ManualResetEventSlim _open = new();
    private int _running;
    private int _started;
    private int _most;

    /// <summary>The number of decodings that have not ended.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>The number of decodings so far.</summary>
    public int Started => Volatile.Read(ref _started);

    /// <summary>The largest number of decodings at the same time.</summary>
    public int Most => Volatile.Read(ref _most);

    public void Open() => _open.Set();

    public ImageInfo Identify(ReadOnlyMemory<byte> encoded) => _decoder.Identify(encoded);

    public RgbImage Decode(ReadOnlyMemory<byte> encoded, Transparency transparency = Transparency.Drop)
    {
        Interlocked.Increment(ref _started);
        var running = Interlocked.Increment(ref _running);
        for (var most = Most; running > most; most = Most)
            Interlocked.CompareExchange(ref _most, running, most);
        try
        {
            Assert.True(_open.Wait(TestBound.Wait), "The test did not open the decoder.");
            return _decoder.Decode(encoded, transparency);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public void Dispose() => _open.Dispose();
}
