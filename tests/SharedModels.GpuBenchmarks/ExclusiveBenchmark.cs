using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.TorchSharp;
using TorchSharp;

namespace SharedModels.GpuBenchmarks;

/// <summary>Many clients that request two models of one device, which serves one client at a time.</summary>
internal static class ExclusiveBenchmark
{
    private const int Clients = 64;
    private const int Requests = 20;

    public static void Run(Report report)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        var builder = services.AddSharedModelManager(static options =>
        {
            options.Leasing.AcquireTimeout = TimeSpan.FromMinutes(10);
            options.Leasing.MaxQueueLength = Clients;
        });
        foreach (var id in new[] { "first", "second" })
            builder.AddTorchModule(id, static _ => new SquareLayers(500_000_000));
        using var provider = services.BuildServiceProvider();
        var manager = provider.GetRequiredService<ISharedModelManager>();
        var counting = new Lock();
        var (inside, most) = (0, 0);
        var start = Stopwatch.GetTimestamp();
        Task.WaitAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < Requests; i++)
            {
                await using var lease = await manager.FetchModelAsync<SquareLayers>((client + i) % 2 == 0 ? "first" : "second");
                await lease.InvokeAsync(net =>
                {
                    lock (counting)
                        most = Math.Max(most, ++inside);
                    net.call(torch.zeros([16, SquareLayers.Side], torch.ScalarType.Float32, CudaWait.Device));
                    CudaWait.ForAll();
                    lock (counting)
                        return --inside;
                });
            }
        })).ToArray());
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        report.Row(
            $"{Clients} clients, two models",
            $"{Clients * Requests / seconds:0} requests/s",
            $"at most {most} at a time on the device (must be 1)");
    }
}
