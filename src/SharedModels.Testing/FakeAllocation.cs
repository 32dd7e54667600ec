namespace SharedModels.Testing;

/// <summary>A number of bytes allocated on a <see cref="FakeDevice"/>, until they are released or the device is lost.</summary>
internal sealed class FakeAllocation(FakeDevice device, long bytes, CancellationToken loss) : IDisposable
{
    private int _disposed;

    public FakeDevice Device => device;

    public long Bytes => bytes;

    /// <summary>A token that is canceled when the device is lost.</summary>
    public CancellationToken Loss => loss;

    /// <summary>True if the device has been lost since the allocation, even if it has returned.</summary>
    public bool IsLost => loss.IsCancellationRequested;

    public void ThrowIfLost()
    {
        if (IsLost)
            device.ThrowIfLost(isGone: true);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            device.GiveBack(this);
    }
}
