using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharedModels.Cuda.Tests.DependencyInjection;

public sealed class CudaDevicesBuilderExtensionsTests
{
    [Fact]
    public async Task A_health_check_that_is_added_twice_is_registered_once()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCudaDevices().AddCudaDevices();
        Assert.Equal(["sharedmodels-cuda"], (await CheckAsync(services)).Entries.Keys);
    }

    [Fact]
    public async Task The_health_check_on_its_own_finds_its_services()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCudaDevices();
        var entry = Assert.Single((await CheckAsync(services)).Entries).Value;
        Assert.Equal((HealthStatus.Healthy, null), (entry.Status, entry.Exception));
        Assert.Equal(["ready"], entry.Tags);
    }

    [Fact]
    public async Task The_health_check_declares_no_engine()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCudaDevices();
        await using var provider = services.BuildServiceProvider();
        Assert.Empty(provider.GetServices<ICudaEngine>());
    }

    private static async Task<HealthReport> CheckAsync(IServiceCollection services)
    {
        await using var provider = services.BuildServiceProvider();
        return await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
    }
}
