namespace SharedModels.Testing;

/// <summary>Bytes that something has on a <see cref="FakeDevice"/>, until it gives them back or the device is lost.</summary>
internal sealed class FakeAllocation(FakeDevice device, long bytes, CancellationToken loss) : IDisposable
{
    private int _disposed;

    public FakeDevice Device => device;

    public long Bytes => bytes;

    /// <summary>Fires when the device is lost.</summary>
    public CancellationToken Loss => loss;

    /// <summary>Whether the device was lost since, even if it has returned.</summary>
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
