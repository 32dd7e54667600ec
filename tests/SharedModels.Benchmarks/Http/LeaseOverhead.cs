using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Benchmarks.Http;

/// <summary>The same endpoint with a lease and with a plain singleton, on real connections.</summary>
internal static class LeaseOverhead
{
    private const int Rounds = 31, Calls = 2000;

    public static async Task RunAsync(Report report)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new FakeModel()).AddSharedModelManager().AddModel("model", static _ => new FakeModel());
        await using var app = builder.Build();
        app.MapGet("/plain", static (FakeModel model) => model.IsMutable ? "yes" : "no");
        app.MapGet("/leased", static (IModelLease<FakeModel> lease) => lease.Model.IsMutable ? "yes" : "no").RequireModelLeases();
        // With these, every lease is noted for those who watch.
        app.MapSharedModels();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var seconds = Measure.Interleaved(Rounds, () => Repeat(client, "/plain"), () => Repeat(client, "/leased"));
        var (plain, leased) = (seconds[0] / Calls * 1e6, seconds[1] / Calls * 1e6);
        report.Row("a request with a lease", $"{leased:0.0} µs", $"{plain:0.0} µs with a singleton: {leased - plain:+0.0;-0.0} µs, {100 * ((leased / plain) - 1):+0.0;-0.0} %");
    }

    private static void Repeat(HttpClient client, string path)
    {
        for (var i = 0; i < Calls; i++)
            client.GetStringAsync(path).GetAwaiter().GetResult();
    }
}
