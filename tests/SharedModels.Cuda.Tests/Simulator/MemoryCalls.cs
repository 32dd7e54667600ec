using System.Runtime.InteropServices;

namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>Calls of the C library that map memory.</summary>
internal static unsafe class MemoryCalls
{
    public const int NoAccess = 0;
    public const int ReadAndWrite = 3;

    private const int PrivateAnonymous = 0x22;
    private const int NoReserve = 0x4000;
    private const int DropContent = 4;

    /// <summary>Maps memory that the host can read and write.</summary>
    public static nint Map(nuint bytes) => Required(mmap(0, bytes, ReadAndWrite, PrivateAnonymous, -1, 0));

    /// <summary>Reserves addresses that the host cannot access.</summary>
    public static nint Reserve(nuint bytes) => Required(mmap(0, bytes, NoAccess, PrivateAnonymous | NoReserve, -1, 0));

    public static void Unmap(nint address, nuint bytes) => _ = munmap(address, bytes);

    public static void Protect(nint address, nuint bytes, int protection)
    {
        if (mprotect(address, bytes, protection) != 0)
            throw new InvalidOperationException($"mprotect failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Returns the content of pages to the system.</summary>
    public static void Drop(nint address, nuint bytes) => _ = madvise(address, bytes, DropContent);

    /// <summary>Indicates whether all pages from the address on are mapped.</summary>
    public static bool AreMapped(nint address, nint bytes)
    {
        var resident = new byte[(bytes + HostPages.PageBytes - 1) / HostPages.PageBytes];
        fixed (byte* pages = resident)
            return mincore(address, (nuint)bytes, pages) == 0;
    }

    private static nint Required(nint address) =>
        address != -1 ? address : throw new InvalidOperationException($"mmap failed: {Marshal.GetLastPInvokeErrorMessage()}");

#pragma warning disable SYSLIB1054, CA2101, IDE1006, SA1300 // A few calls of the C library under their own names, only in tests.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint mmap(nint address, nuint bytes, int protection, int flags, int file, nint offset);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int munmap(nint address, nuint bytes);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mprotect(nint address, nuint bytes, int protection);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int madvise(nint address, nuint bytes, int advice);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int mincore(nint address, nuint bytes, byte* resident);
#pragma warning restore SYSLIB1054, CA2101, IDE1006, SA1300
}
