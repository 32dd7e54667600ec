using SharedModels.Simulation;

namespace SharedModels.Benchmarks.Leasing;

/// <summary>Ten tenants on one device, of which one has a hundred times the requests of another one, in virtual time.</summary>
internal static class TenantSuite
{
    private static readonly TimeSpan Duration = TimeSpan.FromMinutes(5);

    private static readonly double[] Loads = [0.01, 0.02, 0.04, 0.06, 0.08];

    public static void Run(Report report)
    {
        report.Text(
            $"Nine tenants with the same number of requests, and one with {TenantTrace.FloodFactor} times as many, at random times for "
            + $"{Duration.TotalMinutes:0} minutes. Log-normal hold times of 64 ms on average. \"Load of each\" is the share of the "
            + "device's time that the requests of one of the nine take. The first three columns are the mean wait of the nine. In "
            + "the first, each has a tenth of the device to itself.");
        foreach (var (models, resident) in ((int, int)[])[(1, 1), (4, 4), (4, 2)])
        {
            report.Text($"## {models} {(models == 1 ? "model" : "models")} of 1 GB, room for {resident}");
            report.Table("load of each", "a tenth to itself", "with tenants", "relative", "without tenants", "the flood, with tenants");
            foreach (var load in Loads)
                Compare(report, TenantTrace.Create(load, models, Duration, seed: 1), load, resident);
        }
    }

    private static void Compare(Report report, Trace trace, double load, int resident)
    {
        var device = new SimulatedDevice(trace.ModelBytes.Take(resident).Sum());
        var with = SchedulerSimulation.Run(trace, device);
        var without = SchedulerSimulation.Run(TenantTrace.WithoutTenants(trace), device);
        var (reference, ours) = (TenantTrace.MeanWaitAlone(trace), TenantTrace.MeanWait(trace, with, IsOther));
        report.Cells(
            $"{load:0.00}",
            Milliseconds(reference),
            Milliseconds(ours),
            $"{ours / reference:0.00}",
            Milliseconds(TenantTrace.MeanWait(trace, without, IsOther)),
            Milliseconds(TenantTrace.MeanWait(trace, with, static tenant => !IsOther(tenant))));
    }

    private static bool IsOther(string? tenant) => tenant != TenantTrace.Flood;

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:#,0} ms";
}
