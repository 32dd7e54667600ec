using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>
/// Addresses of device memory. The host cannot access them, unless the simulator does so for a copy or a kernel; no address is used twice,
/// so that a use after a free is an error.
/// </summary>
internal sealed unsafe class AddressSpace : IDisposable
{
    private static readonly nuint ReservedBytes = unchecked((nuint)(64L << 30));
    private const int NoAccess = 0;
    private const int ReadAndWrite = 3;
    private const int PrivateAnonymousNoReserve = 0x4022;
    private const int Page = 4096;

    private readonly nint _begin;
    private long _used;

    public AddressSpace()
    {
        _begin = Map(0, ReservedBytes, NoAccess, PrivateAnonymousNoReserve, -1, 0);
        if (_begin == -1)
            throw new InvalidOperationException("No addresses could be reserved.");
    }

    /// <summary>Whether the host may access the memory at any time: for models that compute on it as if it were the host's.</summary>
    public bool IsOpen { get; init; }

    public nint Take(long bytes)
    {
        // A gap behind each, so that running over the end is found.
        var address = _begin + (nint)_used;
        _used += (bytes + Page - 1) / Page * Page + Page;
        return _used <= (long)ReservedBytes ? address : throw new InvalidOperationException("The simulator has no more addresses.");
    }

    public void Open(nint address, long bytes) => Protect(address, bytes, ReadAndWrite);

    public void Close(nint address, long bytes)
    {
        if (!IsOpen)
            Protect(address, bytes, NoAccess);
    }

    public void Drop(nint address, long bytes)
    {
        Protect(address, bytes, ReadAndWrite);
        _ = Advise(address / Page * Page, (nuint)((bytes + Page - 1) / Page * Page), 4);
        Protect(address, bytes, NoAccess);
    }

    public void Dispose() => _ = Unmap(_begin, ReservedBytes);

    private static void Protect(nint address, long bytes, int protection)
    {
        var begin = address / Page * Page;
        if (SetProtection(begin, (nuint)(address - begin + bytes), protection) != 0)
            throw new InvalidOperationException($"mprotect failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

#pragma warning disable SYSLIB1054, CA2101 // A handful of calls of the C library, in tests only.
    [DllImport("libc", EntryPoint = "mmap", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Map(nint address, nuint bytes, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unmap(nint address, nuint bytes);

    [DllImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetProtection(nint address, nuint bytes, int protection);

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint address, nuint bytes, int advice);
#pragma warning restore SYSLIB1054, CA2101
}
