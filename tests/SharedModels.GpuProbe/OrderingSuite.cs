using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SharedModels.GpuProbe;

/// <summary>
/// Checks that kernels and copies run in the order that the code relies on. The kernels wait about 0.1 s before they do anything.
/// </summary>
internal static unsafe class OrderingSuite
{
    private const ulong Cycles = 150_000_000;
    private const int Bytes = 128;

    public static void Run(Target target)
    {
        using var table = new Table("ordering", "the code relies on", "so", "seen");
        var kernels = new Kernels();
        var (block, other) = (target.Pool.Allocate(0, Bytes), target.Pool.Allocate(0, Bytes));
        var host = (nint)NativeMemory.AlignedAlloc(4096, 4096);
        var values = new Span<uint>((void*)host, Bytes / sizeof(uint));
        target.Driver.RegisterHost(0, host, 4096);

        // Creates the stream and loads the kernel, either of which may wait for kernels.
        target.Transfers.CopyIn(0, new(host, block.Address, Bytes));
        kernels.FillLater(other.Address, 0, 0);
        CudaApi.Check(CudaApi.Synchronize(), "cuCtxSynchronize");

        kernels.FillLater(other.Address, 9, Cycles);
        values.Fill(7);
        var began = Stopwatch.GetTimestamp();
        target.Transfers.CopyIn(0, new(host, block.Address, Bytes));
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        table.Expect("a copy in waits for no kernel", took < 20, $"{Table.Text(took)} ms");
        Expect("a copy in is complete when the call returns", 7, Read(target, host, block.Address));

        kernels.FillLater(block.Address, 11, Cycles);
        target.CopyOut(new(host, block.Address, Bytes));
        Expect("a copy out comes after kernels that write the memory", 11, values[0]);

        values.Fill(3);
        target.Transfers.CopyIn(0, new(host, block.Address, Bytes));
        kernels.CopyLater(other.Address, block.Address, 0);
        Expect("a kernel that is launched after a copy in sees it", 3, Read(target, host, other.Address));

        kernels.FillLater(block.Address, 1, Cycles);
        var start = Stopwatch.GetTimestamp();
        target.Pool.Free(block);
        var waited = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        table.Expect("memory is freed after the kernels that use it", waited > 20, $"waited {Table.Text(waited, "0")} ms");

        target.Driver.UnregisterHost(0, host);
        NativeMemory.AlignedFree((void*)host);
        target.Pool.Free(other);

        void Expect(string what, uint expected, uint seen) => table.Expect(what, seen == expected, $"{seen}");
    }

    private static uint Read(Target target, nint host, nint address)
    {
        target.CopyOut(new(host + 2048, address, Bytes));
        return *(uint*)(host + 2048);
    }
}
