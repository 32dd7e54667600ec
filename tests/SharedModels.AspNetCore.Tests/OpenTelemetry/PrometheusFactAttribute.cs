namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>A test with a Prometheus server. It is skipped on a machine without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!Array.Exists(folders, static folder => File.Exists(Path.Combine(folder, "prometheus"))))
            Skip = "Prometheus is not installed. On Debian: apt-get install prometheus.";
    }
}
