namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>
/// Addresses of device memory. The host cannot access them, except when the simulator does so for a copy or a kernel. No address is used
/// twice, so that a use after a free is an error.
/// </summary>
internal sealed class AddressSpace : IDisposable
{
    private const int Page = HostPages.PageBytes;

    private static readonly nuint ReservedBytes = unchecked((nuint)(64L << 30));

    private readonly nint _begin = MemoryCalls.Reserve(ReservedBytes);
    private long _used;

    /// <summary>Indicates whether the host can always access the memory, for models that compute on it as if it were host memory.</summary>
    public bool IsOpen { get; init; }

    public nint Take(long bytes)
    {
        // A gap after each block, so that an overrun is found.
        var address = _begin + (nint)_used;
        _used += (bytes + Page - 1) / Page * Page + Page;
        return _used <= (long)ReservedBytes ? address : throw new InvalidOperationException("The simulator has no more addresses.");
    }

    public void Open(nint address, long bytes) => Protect(address, bytes, MemoryCalls.ReadAndWrite);

    public void Close(nint address, long bytes)
    {
        if (!IsOpen)
            Protect(address, bytes, MemoryCalls.NoAccess);
    }

    public void Drop(nint address, long bytes)
    {
        Protect(address, bytes, MemoryCalls.ReadAndWrite);
        MemoryCalls.Drop(address / Page * Page, (nuint)((bytes + Page - 1) / Page * Page));
        Protect(address, bytes, MemoryCalls.NoAccess);
    }

    public void Dispose() => MemoryCalls.Unmap(_begin, ReservedBytes);

    private static void Protect(nint address, long bytes, int protection)
    {
        var begin = address / Page * Page;
        MemoryCalls.Protect(begin, (nuint)(address - begin + bytes), protection);
    }
}
