using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.Configuration;
using SharedModels.Configuration.Binding;
using SharedModels.Testing;

namespace SharedModels.Tests.Configuration;

public sealed class SharedModelsOptionsTests
{
    [Fact]
    public void Every_setting_is_read_from_configuration_including_devices_with_a_colon_in_their_name()
    {
        var options = Bind(
            ("Leasing:AcquireTimeout", "00:00:05"),
            ("Leasing:MaxQueueLength", "7"),
            ("Leasing:LoadTimeout", "00:01:00"),
            ("Leasing:MaxHold", "00:10:00"),
            ("Leasing:MaxBypass", "4"),
            ("Devices:cpu:MaxConcurrentHolders", "3"),
            ("Devices:cuda:0:MemoryBudget", "20GiB"),
            ("Devices:cuda:1:MemoryBudget", "80%"),
            ("Models:owlv2:Device", "Accelerator"),
            ("Models:owlv2:MaxLeases", "2"),
            ("Models:owlv2:KeepAlive", "00:05:00"),
            ("Models:owlv2:Preload", "true"));
        Assert.Equal(
            (TimeSpan.FromSeconds(5), 7, TimeSpan.FromMinutes(1)),
            (options.Leasing.AcquireTimeout, options.Leasing.MaxQueueLength, options.Leasing.LoadTimeout));
        Assert.Equal((TimeSpan.FromMinutes(10), 4), (options.Leasing.MaxHold, options.Leasing.MaxBypass));
        Assert.Equal(3, options.Devices["cpu"].MaxConcurrentHolders);
        Assert.Equal(("20GiB", "80%"), (options.Devices["cuda:0"].MemoryBudget, options.Devices["cuda:1"].MemoryBudget));
        var model = options.Models["owlv2"];
        Assert.Equal(
            (DevicePreference.Accelerator, 2, TimeSpan.FromMinutes(5), true),
            (model.Device, model.MaxLeases, model.KeepAlive, model.Preload));
    }

    [Theory]
    [InlineData("Leasing:AcquireTimeout", "00:00:00")]
    [InlineData("Leasing:MaxQueueLength", "-1")]
    [InlineData("Leasing:LoadTimeout", "-00:00:01")]
    [InlineData("Leasing:MaxBypass", "-1")]
    [InlineData("Leasing:MaxBypassUnderLoad", "-1")]
    [InlineData("Leasing:MaxHold", "00:00:00")]
    [InlineData("Devices:gpu 1:MaxConcurrentHolders", "1")]
    [InlineData("Devices:cuda:0:MaxConcurrentHolders", "0")]
    [InlineData("Devices:cpu:MemoryBudget", "lots")]
    [InlineData("Models:a:MaxLeases", "0")]
    [InlineData("Models:a:KeepAlive", "-00:00:01")]
    [InlineData("Models:a:Device", "7")]
    public void An_invalid_setting_is_rejected_by_its_key(string key, string value)
    {
        var result = new SharedModelsOptionsValidator().Validate(null, Bind((key, value)));
        Assert.True(result.Failed);
        var failure = Assert.Single(result.Failures!);
        Assert.StartsWith("SharedModels:" + key.Split(":MaxConcurrentHolders")[0], failure, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_valid_and_a_manager_rejects_invalid_options()
    {
        Assert.True(new SharedModelsOptionsValidator().Validate(null, new()).Succeeded);
        Assert.ThrowsAny<OptionsValidationException>(() => new SharedModelManager(new() { Leasing = { MaxQueueLength = -1 } }));
    }

    [Fact]
    public async Task Configuration_overrides_the_attribute()
    {
        await using var fixture = new ManagerFixture(options =>
        {
            options.Models["a"] = new() { MaxLeases = 2, Device = DevicePreference.Cpu };
            options.Devices["cpu"] = new() { MaxConcurrentHolders = 2, MemoryBudget = "1GiB" };
        });
        fixture.Add("a");
        await using var first = await fixture.FetchAsync("a");
        await using var second = await fixture.FetchAsync("a");
        var cpu = fixture.Manager.GetSnapshot().Devices[^1];
        Assert.Equal((Device.Cpu, 2, 2, 1L << 30), (cpu.Device, cpu.Holders, cpu.MaxConcurrentHolders, cpu.BudgetBytes));
        Assert.Equal(2, fixture["a"].ActiveLeases);
    }

    [Fact]
    public async Task A_share_is_a_share_of_the_device_s_memory()
    {
        await using var fixture = new ManagerFixture(
            options => options.Devices["fake:0"] = new() { MemoryBudget = "80%" }, memoryBytes: 1000);
        Assert.Equal(800, fixture.Accelerator.BudgetBytes);
    }

    [Fact]
    public async Task A_warning_names_settings_of_unknown_devices_and_models()
    {
        await using var fixture = new ManagerFixture(options =>
        {
            options.Models["owlv3"] = new();
            options.Devices["cuda:7"] = new();
        });
        fixture.Add("owlv2");
        await fixture.Manager.StartAsync(CancellationToken.None);
        var warnings = fixture.Log.GetSnapshot().Where(line => line.Level == LogLevel.Warning).Select(line => line.Message).ToList();
        Assert.Contains("SharedModels:Models:owlv3 has settings, but no such model is registered. Registered models: owlv2.", warnings);
        Assert.Contains(
            "SharedModels:Devices:cuda:7 has settings, but this machine has no such device. Devices of this machine: fake:0, cpu.",
            warnings);
    }

    private static SharedModelsOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("SharedModels:" + setting.Key, (string?)setting.Value)))
            .Build();
        var options = new SharedModelsOptions();
        SharedModelsOptionsBinder.Bind(configuration.GetSection("SharedModels"), options);
        return options;
    }
}
