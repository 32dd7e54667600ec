using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SharedModels.GpuProbe;

/// <summary>
/// Compares copies of weights with the bus: a single copy of memory that the driver itself allocated, by functions that the library does
/// not use. Also measures how long a small copy of another model waits while weights move.
/// </summary>
internal static unsafe class TransferSuite
{
    private const long GB = 1_000_000_000;
    private const int SmallBytes = 1 << 20;

    public static void Run(Target target)
    {
        var bus = $"bus GB/s (expected: {NvmlApi.ExpectedRate})";
        using (var table = new Table("transfers", "bytes", "direction", bus, "ours GB/s", "ours / bus, time", "under load"))
        {
            foreach (var bytes in new[] { GB / 2, 3 * GB / 2, 6 * GB })
            {
                // One block for the bus, one for the library.
                if (2 * bytes < target.Driver.GetMemory(0).FreeBytes - GB)
                    Measure(target, table, bytes);
            }
        }

        MeasureNeighbor(target);
    }

    private static void Measure(Target target, Table table, long bytes)
    {
        var (pinned, raw, stream) = (CudaApi.NewHostMemory(bytes), CudaApi.NewDeviceMemory(bytes), CudaApi.NewStream());
        var host = (nint)NativeMemory.AlignedAlloc((nuint)bytes, 4096);
        NativeMemory.Fill((void*)host, (nuint)bytes, 1);
        target.Driver.RegisterHost(0, host, bytes);
        var block = target.Pool.Allocate(0, bytes);
        var times = Target.Interleave(
            () =>
            {
                CudaApi.Check(CudaApi.CopyToDevice(raw, pinned, (nuint)bytes, stream), "cuMemcpyHtoDAsync");
                CudaApi.Check(CudaApi.SynchronizeStream(stream), "cuStreamSynchronize");
            },
            () => target.Transfers.CopyIn(0, new(host, block.Address, bytes)),
            () =>
            {
                CudaApi.Check(CudaApi.CopyToHost(pinned, raw, (nuint)bytes, stream), "cuMemcpyDtoHAsync");
                CudaApi.Check(CudaApi.SynchronizeStream(stream), "cuStreamSynchronize");
            },
            () => target.CopyOut(new(host, block.Address, bytes)));
        CudaApi.Check(CudaApi.CopyToHost(pinned, raw, (nuint)bytes, stream), "cuMemcpyDtoHAsync");
        var clocks = NvmlApi.Describe(target.Uuid);
        CudaApi.Check(CudaApi.SynchronizeStream(stream), "cuStreamSynchronize");
        foreach (var (direction, bus, ours) in new[] { ("in", times[0], times[1]), ("out", times[2], times[3]) })
        {
            table.Row(
                $"{Table.Text(bytes / 1e9, "0.0")} GB",
                direction,
                Table.Spread([.. bus.Select(time => bytes / time / 1e6)], "0.0"),
                Table.Spread([.. ours.Select(time => bytes / time / 1e6)], "0.0"),
                Table.Spread([.. ours.Zip(bus, static (mine, theirs) => mine / theirs)]),
                clocks);
        }

        target.Pool.Free(block);
        target.Driver.UnregisterHost(0, host);
        NativeMemory.AlignedFree((void*)host);
        CudaApi.Check(CudaApi.DestroyStream(stream), "cuStreamDestroy");
        CudaApi.Check(CudaApi.Free(raw), "cuMemFree");
        CudaApi.Check(CudaApi.FreeHost(pinned), "cuMemFreeHost");
    }

    private static void MeasureNeighbor(Target target)
    {
        if (target.Driver.GetMemory(0).FreeBytes < 4 * GB)
            return;
        using var table = new Table("small copies of 1 MiB meanwhile", "weights move", "median ms", "99 % ms", "longest ms");
        const long Bytes = 3 * GB;
        var (pinned, raw, stream) = (CudaApi.NewHostMemory(Bytes), CudaApi.NewDeviceMemory(Bytes), CudaApi.NewStream());
        var (small, smallTarget, neighbor) = (CudaApi.NewHostMemory(SmallBytes), CudaApi.NewDeviceMemory(SmallBytes), CudaApi.NewStream());
        using var pause = new ManualResetEventSlim();
        foreach (var (name, move) in new (string, Action)[]
        {
            ("not at all", () => pause.Wait(300)),
            ("in one copy", () =>
            {
                CudaApi.Check(CudaApi.CopyToDevice(raw, pinned, (nuint)Bytes, stream), "cuMemcpyHtoDAsync");
                CudaApi.Check(CudaApi.SynchronizeStream(stream), "cuStreamSynchronize");
            }),
            ("in parts, as ours", () => target.Transfers.CopyIn(0, new(pinned, raw, Bytes))),
        })
        {
            var times = new List<double>();
            for (var round = 0; round < 5; round++)
            {
                var moving = Task.Run(() =>
                {
                    CudaApi.Check(CudaApi.SetCurrentContext(target.Context), "cuCtxSetCurrent");
                    move();
                });
                while (!moving.IsCompleted)
                {
                    var start = Stopwatch.GetTimestamp();
                    CudaApi.Check(CudaApi.CopyToDevice(smallTarget, small, SmallBytes, neighbor), "cuMemcpyHtoDAsync");
                    CudaApi.Check(CudaApi.SynchronizeStream(neighbor), "cuStreamSynchronize");
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }

                moving.Wait();
            }

            times.Sort();
            table.Row(
                name, Table.Text(times[times.Count / 2]), Table.Text(times[(int)(times.Count * 0.99)]), Table.Text(times[^1]));
        }

        foreach (var created in new[] { stream, neighbor })
            CudaApi.Check(CudaApi.DestroyStream(created), "cuStreamDestroy");
        foreach (var address in new[] { raw, smallTarget })
            CudaApi.Check(CudaApi.Free(address), "cuMemFree");
        foreach (var address in new[] { pinned, small })
            CudaApi.Check(CudaApi.FreeHost(address), "cuMemFreeHost");
    }
}
