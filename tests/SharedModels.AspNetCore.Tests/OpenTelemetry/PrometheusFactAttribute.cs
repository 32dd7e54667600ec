namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>A test with a Prometheus server. It is skipped on a machine without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        if (!InstalledPrograms.HasAny("prometheus"))
            Skip = "Prometheus is not installed. On Debian: apt-get install prometheus.";
    }
}
