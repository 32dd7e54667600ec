using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharedModels.TorchSharp.Tests.DependencyInjection;

public sealed class TorchSharpHealthChecksTests
{
    private static readonly string[] Both = ["sharedmodels-cuda", "sharedmodels-torchsharp"];

    [Fact]
    public async Task Both_documented_health_checks_work_together()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddTorchSharp().AddCudaDevices();
        Assert.Equal(Both, await NamesAsync(services));
    }

    [Fact]
    public async Task They_work_in_the_other_order_too()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCudaDevices().AddTorchSharp();
        Assert.Equal(Both, await NamesAsync(services));
    }

    [Fact]
    public async Task The_health_checks_of_TorchSharp_can_be_added_twice()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddTorchSharp().AddTorchSharp();
        Assert.Equal(Both, await NamesAsync(services));
    }

    private static async Task<IEnumerable<string>> NamesAsync(IServiceCollection services)
    {
        await using var provider = services.BuildServiceProvider();
        var report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.All(report.Entries.Values, static entry => Assert.Equal((HealthStatus.Healthy, null), (entry.Status, entry.Exception)));
        return report.Entries.Keys.Order(StringComparer.Ordinal);
    }
}
