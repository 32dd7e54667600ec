using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.TorchSharp.Hosting;

namespace SharedModels.TorchSharp.Tests.Hosting;

public sealed class TorchLibraryHostedServiceTests
{
    private readonly FakeLogger _log = new();

    [Fact]
    public async Task A_library_that_cannot_be_loaded_is_an_error_at_startup_with_the_models_and_the_remedy()
    {
        await StartAsync(["net", "other"], static () => "It is missing. Reference TorchSharp-cpu.");
        var line = Assert.Single(_log.Collector.GetSnapshot());
        Assert.Equal((113, LogLevel.Error), (line.Id.Id, line.Level));
        Assert.Contains("'net', 'other'", line.Message, StringComparison.Ordinal);
        Assert.EndsWith("It is missing. Reference TorchSharp-cpu.", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_can_be_loaded_logs_nothing()
    {
        await StartAsync(["net"], static () => null);
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task An_application_without_a_module_does_not_load_the_library()
    {
        await StartAsync([], static () => throw new InvalidOperationException("The library was loaded."));
        Assert.Empty(_log.Collector.GetSnapshot());
    }

    [Fact]
    public async Task AddTorchSharp_registers_it_once()
    {
        var services = new ServiceCollection().AddTorchSharp().AddTorchSharp();
        await using var provider = services.BuildServiceProvider();
        Assert.Single(provider.GetServices<IHostedService>().OfType<TorchLibraryHostedService>());
    }

    private async Task StartAsync(string[] models, Func<string?> findProblem)
    {
        var service = new TorchLibraryHostedService(models.Select(static id => new TorchModule(id)), _log, findProblem);
        await service.StartAsync(default);
        await service.StopAsync(default);
    }
}
