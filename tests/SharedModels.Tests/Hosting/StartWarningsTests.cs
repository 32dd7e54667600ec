using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.Hosting;

/// <summary>Settings that are probably wrong are logged once, when the application starts.</summary>
public sealed class StartWarningsTests
{
    private const string Remedy =
        "Set SharedModels:Models:a:Device to Auto or Cpu, or register a device provider "
        + "and check that the accelerator's driver is installed.";

    [Fact]
    public async Task An_unknown_key() =>
        Assert.Equal(
            ["SharedModels:Leasing:AquireTimeout is not a setting and is ignored. Did you mean 'AcquireTimeout'?"],
            await StartAsync([], ("Leasing:AquireTimeout", "00:00:04")));

    [Fact]
    public async Task A_misspelled_section() =>
        Assert.Equal(
            ["The section SharedModel is ignored. Did you mean 'SharedModels'?"],
            await StartInAsync("SharedModel", [], ("Leasing:AcquireTimeout", "00:00:04")));

    [Fact]
    public async Task A_model_that_requires_an_accelerator_on_a_machine_without_one() =>
        Assert.Equal(
            [$"Model 'a' requires an accelerator that it can use, but this machine has only cpu. All requests for it will fail. {Remedy}"],
            await StartAsync([], ("Models:a:Device", "Accelerator")));

    [Fact]
    public async Task A_model_that_requires_an_accelerator_and_cannot_move() =>
        Assert.Equal(
            [
                "Model 'b' requires an accelerator that it can use, but this machine has only fake:0, cpu. All requests for it will fail. "
                    + "Its class cannot move to an accelerator. Implement ISharedModel, "
                    + "or set SharedModels:Models:b:Device to Auto or Cpu.",
            ],
            await StartAsync([new FakeAccelerator(100)], ("Models:a:Device", "Accelerator"), ("Models:b:Device", "Accelerator")));

    [Fact]
    public async Task A_budget_above_what_is_available_now() =>
        Assert.Equal(
            [
                "SharedModels:Devices:busy:0:MemoryBudget is '3GiB', but busy:0 has only 1.5 GiB of memory for models. "
                    + "Loads and moves may run out of memory.",
            ],
            await StartAsync([new BusyDeviceProvider()], ("Devices:busy:0:MemoryBudget", "3GiB")));

    [Fact]
    public async Task A_budget_above_the_memory_of_the_machine() =>
        Assert.Matches(
            "^SharedModels:Devices:cpu:MemoryBudget is '4000TiB', but cpu has only [0-9.]+ [GT]iB of memory for models. ",
            Assert.Single(await StartAsync([], ("Devices:cpu:MemoryBudget", "4000TiB"))));

    [Fact]
    public async Task An_automatic_budget_that_nothing_adapts_to_other_processes() =>
        Assert.Equal(
            [
                "SharedModels:Devices:busy:0:MemoryBudget is 'auto', but the memory that other processes use on busy:0 is unknown. "
                    + "The budget stays at 1.5 GiB.",
            ],
            await StartAsync([new BusyDeviceProvider()], ("Devices:busy:0:MemoryBudget", "auto")));

    [Fact]
    public async Task Nothing_about_an_automatic_budget_that_adapts_to_other_processes() =>
        Assert.Empty(await StartAsync([new FakeAccelerator(100)], ("Devices:fake:0:MemoryBudget", "auto")));

    [Theory]
    [InlineData("Devices:busy:0:MemoryBudget", "1.5GiB")]
    [InlineData("Devices:busy:0:MemoryBudget", "100%")]
    [InlineData("Models:a:Device", "Accelerator")]
    public async Task Nothing_else(string key, string value) => Assert.Empty(await StartAsync([new BusyDeviceProvider()], (key, value)));

    private static Task<IEnumerable<string>> StartAsync(IDeviceProvider[] providers, params (string Key, string Value)[] settings) =>
        StartInAsync("SharedModels", providers, settings);

    private static async Task<IEnumerable<string>> StartInAsync(
        string section, IDeviceProvider[] providers, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var (key, value) in settings)
            builder.Configuration[$"{section}:{key}"] = value;
        var log = new FakeLogCollector();
        builder.Services.AddSingleton<ILoggerFactory>(new LoggerFactory([new FakeLoggerProvider(log)]));
        foreach (var provider in providers)
            builder.Services.AddSingleton(provider);
        builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels"))
            .AddModel("a", static _ => new FakeModel())
            .AddModel("b", static _ => new object());
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        return log.GetSnapshot().Where(static line => line.Level == LogLevel.Warning).Select(static line => line.Message);
    }

    private sealed class BusyDeviceProvider : IDeviceProvider
    {
        public IReadOnlyList<DeviceInfo> GetDevices() => [new(new Device("busy"), "busy", 3L << 29) { TotalBytes = 4L << 30 }];
    }
}
