using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;

namespace SharedModels.GpuProbe;

/// <summary>The cost of fresh and of reused memory of the pool, and checks that the memory returns to the driver.</summary>
internal static unsafe class MemorySuite
{
    private const long Bytes = 1 << 30;
    private const int Cycles = 1000;
    private const long Unit = 64 << 20;

    /// <summary>The tolerance for page tables, and for other processes that run meanwhile.</summary>
    private const long Tolerance = 4 << 20;

    public static void Run(Target target)
    {
        var host = CudaApi.NewHostMemory(Bytes);
        using (var table = new Table("device memory, 1 GiB", "memory", "take ms", "take and copy GB/s", "free ms"))
        {
            foreach (var isFresh in new[] { true, false })
            {
                List<double> takes = [], rates = [], frees = [];
                for (var round = -Target.WarmUps; round < Target.Rounds; round++)
                {
                    if (isFresh)
                        target.Pool.Trim(0);
                    DeviceBlock? block = null;
                    var take = Target.Time(() => block = target.Pool.Allocate(0, Bytes));
                    var copy = Target.Time(() => target.Transfers.CopyIn(0, new(host, block!.Address, Bytes)));
                    var free = Target.Time(() => target.Pool.Free(block!));
                    if (round < 0)
                        continue;
                    takes.Add(take);
                    rates.Add(Bytes / (take + copy) / 1e6);
                    frees.Add(free);
                }

                table.Row(isFresh ? "fresh" : "just used", Table.Spread(takes), Table.Spread(rates, "0.0"), Table.Spread(frees));
            }
        }

        CudaApi.Check(CudaApi.FreeHost(host), "cuMemFreeHost");
        using var rules = new Table("device memory, rules", "the code relies on", "so", "seen");
        target.Pool.Trim(0);
        var before = target.Driver.GetMemory(0).FreeBytes;
        var taken = target.Pool.Allocate(0, Bytes);
        var during = before - target.Driver.GetMemory(0).FreeBytes;
        rules.Expect(
            "a block uses the bytes that it reserved", Math.Abs(during - taken.Bytes) <= Tolerance, $"{during} of {taken.Bytes} bytes");
        rules.Expect(
            "the driver knows a mapped block as memory of the device, and libtorch trusts its answer",
            CudaApi.IsDeviceMemory(taken.Address, 0, out var seen),
            seen);
        target.Pool.Free(taken);
        target.Pool.Trim(0);
        var after = before - target.Driver.GetMemory(0).FreeBytes;
        rules.Expect("all of it returns to the driver", Math.Abs(after) <= Tolerance, $"{after} bytes missing");

        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            target.Pool.Free(target.Pool.Allocate(0, (1 + cycle % 7) * 20_000_000));
            if (cycle % 5 == 0)
                target.Pool.Trim(0);
        }

        target.Pool.Trim(0);
        var drift = before - target.Driver.GetMemory(0).FreeBytes;
        rules.Expect($"{Cycles} blocks of seven sizes leave nothing", Math.Abs(drift) <= Tolerance, $"{drift} bytes missing");

        var room = before / Unit * Unit - Unit;
        var (first, second) = (target.Pool.Allocate(0, room / 2), target.Pool.Allocate(0, room / 4));
        target.Pool.Free(first);
        var fits = true;
        try
        {
            target.Pool.Free(target.Pool.Allocate(0, room / 3 * 2));
        }
        catch (CudaException)
        {
            fits = false;
        }

        rules.Expect("memory does not fragment: two thirds fit next to a quarter in the middle", fits, fits ? "fits" : "out of memory");
        target.Pool.Free(second);
        target.Pool.Trim(0);
    }
}
