using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VisionApi.Health;

/// <summary>The outcome of some health checks.</summary>
/// <param name="Status">The worst of theirs: <c>Healthy</c>, <c>Degraded</c>, <c>Unhealthy</c>.</param>
/// <param name="Checks">Theirs.</param>
internal sealed record HealthResponse(string Status, IReadOnlyList<CheckResult> Checks)
{
    public static HealthResponse Create(HealthReport report) =>
        new(report.Status.ToString(), [.. report.Entries.Select(static entry => CheckResult.Create(entry.Key, entry.Value))]);
}
