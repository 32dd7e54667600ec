using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Benchmarks.Http;

/// <summary>The same endpoint with a lease and with a plain singleton, on real connections.</summary>
internal static class LeaseOverhead
{
    private const int Calls = 5_000;
    private const int Blocks = 12;

    public static async Task RunAsync(Report report)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new FakeModel()).AddSharedModelManager().AddModel("model", static _ => new FakeModel());
        await using var app = builder.Build();
        app.MapGet("/plain", static (FakeModel model) => model.IsMutable ? "yes" : "no");
        app.MapGet("/leased", static (IModelLease<FakeModel> lease) => lease.Model.IsMutable ? "yes" : "no").RequireModelLeases();

        // With these endpoints, every lease is recorded for watchers.
        app.MapSharedModels();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Time(client, "/plain", new double[2 * Calls], "/leased", new double[2 * Calls]);
        var (plain, leased, more) = (new double[Blocks], new double[Blocks], new double[Blocks]);
        for (var block = 0; block < Blocks; block++)
        {
            var (plains, leases) = (new double[Calls], new double[Calls]);
            Time(client, "/plain", plains, "/leased", leases);
            (plain[block], leased[block]) = (Measure.Median(plains), Measure.Median(leases));
            more[block] = leased[block] - plain[block];
        }

        report.Row(
            "a request with a lease",
            $"{new Spread(leased)} µs",
            $"{new Spread(plain)} µs with a singleton, {new Spread(more)} µs difference. Medians of {Blocks} blocks of {Calls} requests");
    }

    /// <summary>Calls both in turn, so that other load of the machine affects both.</summary>
    private static void Time(HttpClient client, string first, double[] firstTimes, string second, double[] secondTimes)
    {
        for (var i = 0; i < firstTimes.Length; i++)
        {
            firstTimes[i] = Time(client, first);
            secondTimes[i] = Time(client, second);
        }
    }

    private static double Time(HttpClient client, string path)
    {
        var start = Stopwatch.GetTimestamp();
        client.GetStringAsync(path).GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
