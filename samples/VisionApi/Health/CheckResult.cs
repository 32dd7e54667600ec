using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace VisionApi.Health;

/// <summary>The outcome of a health check.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status"><c>Healthy</c>, <c>Degraded</c> or <c>Unhealthy</c>.</param>
/// <param name="Description">Why, in a sentence.</param>
/// <param name="Data">What it looked at: numbers and texts.</param>
internal sealed record CheckResult(string Name, string Status, string? Description, IReadOnlyDictionary<string, object> Data)
{
    public static CheckResult Create(string name, HealthReportEntry entry) => new(name, entry.Status.ToString(), entry.Description, entry.Data);
}
