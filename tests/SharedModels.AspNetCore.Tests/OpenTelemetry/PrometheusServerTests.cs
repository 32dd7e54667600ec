namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>The dashboard's queries on a real server.</summary>
[Collection(nameof(OtlpCollection))]
[LongRunning(minutes: 4)]
public sealed class PrometheusServerTests
{
    [PrometheusFact]
    public async Task Every_query_of_the_dashboard_has_a_result()
    {
        await using var application = await MeteredApplication.StartAsync();
        using var lease = await application.UseEverythingAsync();
        using var server = new PrometheusServer(application.Address);
        foreach (var query in GrafanaDashboard.Queries)
        {
            // A rate needs two scrapes.
            var text = query.Replace("$__rate_interval", "1m", StringComparison.Ordinal);
            await Condition.UntilAsync(
                async () => await server.CountAsync(text) > 0, bound: TestBound.WaitForProgram, what: $"results of {text}");
        }
    }
}
