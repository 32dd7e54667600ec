using System.Runtime.InteropServices;
using SharedModels.Cuda.Driver;

namespace SharedModels.GpuProbe;

/// <summary>The cost of pinning before and after memory is filled, and the driver's errors for ranges that overlap.</summary>
internal static unsafe class PinningSuite
{
    private const long Bytes = 1 << 30;

    public static void Run(Target target)
    {
        using (var table = new Table("pinning, ms for each GiB", "order", "fill", "pin", "together", "unpin"))
        {
            Measure(target, table, isFilledFirst: false);
            Measure(target, table, isFilledFirst: true);
        }

        using var rules = new Table("pinning, rules", "the code relies on", "so", "seen");
        var host = (nint)NativeMemory.AlignedAlloc(3 * 4096, 4096);
        target.Driver.RegisterHost(0, host, 4096 + 100);
        var overlap = CodeOf(() => target.Driver.RegisterHost(0, host + 4096 + 512, 100));
        rules.Expect("a range in a registered page is rejected", overlap == 712, $"{overlap}");
        var next = CodeOf(() => target.Driver.RegisterHost(0, host + 8192, 4096));
        rules.Expect("a range in the next page is accepted", next == 0, $"{next}");
        target.Driver.UnregisterHost(0, host);
        if (next == 0)
            target.Driver.UnregisterHost(0, host + 8192);

        // A driver that pins by the byte has accepted it. The registration must not outlive its memory.
        if (overlap == 0)
            target.Driver.UnregisterHost(0, host + 4096 + 512);
        var again = CodeOf(() => target.Driver.UnregisterHost(0, host));
        rules.Expect("a range that is not registered is reported as such", again == 713, $"{again}");
        NativeMemory.AlignedFree((void*)host);
    }

    private static void Measure(Target target, Table table, bool isFilledFirst)
    {
        List<double>[] times = [[], [], [], []];
        for (var round = -1; round < 5; round++)
        {
            var host = (nint)NativeMemory.AlignedAlloc((nuint)Bytes, 4096);
            double fill = 0, pin = 0;
            void Fill() => fill = Target.Time(() => Parallel.For(
                0, Environment.ProcessorCount, core => NativeMemory.Fill(
                    (byte*)host + core * (Bytes / Environment.ProcessorCount), (nuint)(Bytes / Environment.ProcessorCount), 1)));
            void Pin() => pin = Target.Time(() => target.Driver.RegisterHost(0, host, Bytes));
            foreach (var step in isFilledFirst ? new Action[] { Fill, Pin } : [Pin, Fill])
                step();
            var unpin = Target.Time(() => target.Driver.UnregisterHost(0, host));
            NativeMemory.AlignedFree((void*)host);
            if (round < 0)
                continue;
            foreach (var (index, time) in new[] { fill, pin, fill + pin, unpin }.Index())
                times[index].Add(time);
        }

        table.Row([isFilledFirst ? "fill, then pin" : "pin, then fill", .. times.Select(static time => Table.Spread(time, "0"))]);
    }

    private static int CodeOf(Action call)
    {
        try
        {
            call();
            return 0;
        }
        catch (CudaException exception)
        {
            return exception.Code;
        }
    }
}
