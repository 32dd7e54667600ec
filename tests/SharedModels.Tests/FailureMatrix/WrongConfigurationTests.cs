using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SharedModels.Devices;
using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>The configuration is invalid. The application does not start, and names the key, the value and what is allowed.</summary>
public sealed class WrongConfigurationTests
{
    private const string TimeFormat = "Write a time as hh:mm:ss or d.hh:mm:ss, for example 00:00:30 for 30 seconds.";

    [Theory]
    [InlineData("Leasing:AcquireTimeout", "00:00:00", "greater than zero, for example 00:00:30, or -00:00:00.001 to wait indefinitely")]
    [InlineData("Leasing:MaxQueueLength", "-1", "0 or more")]
    [InlineData("Leasing:MaxBypass", "-1", "0 or more")]
    [InlineData("Leasing:MaxBypassUnderLoad", "-1", "0 or more")]
    [InlineData("Leasing:MaxBypassTime", "00:00:00", "greater than zero, for example 00:00:15, or -00:00:00.001 for no limit")]
    [InlineData("Leasing:MaxHold", "00:00:00", "greater than zero, for example 00:10:00, or -00:00:00.001 for no limit")]
    [InlineData("Leasing:PriorityAging", "00:00:00", "greater than zero, for example 00:00:10")]
    [InlineData("Leasing:PopularityHalfLife", "-00:00:01", "greater than zero, for example 00:05:00")]
    [InlineData("Leasing:MinResidency", "-00:00:01", "from 00:00:00 to 1.00:00:00, for example 00:00:01")]
    [InlineData("Leasing:MinResidency", "1.00:00:01", "from 00:00:00 to 1.00:00:00, for example 00:00:01")]
    [InlineData("Leasing:StopNotice", "-00:00:01", "from 00:00:00 to 1.00:00:00, for example 00:00:10")]
    [InlineData("Leasing:StopNotice", "1.00:00:01", "from 00:00:00 to 1.00:00:00, for example 00:00:10")]
    [InlineData("Leasing:RetryDelay", "00:00:00", "greater than zero and at most MaxRetryDelay, which is 00:05:00")]
    [InlineData("Leasing:RetryDelay", "00:05:01", "greater than zero and at most MaxRetryDelay, which is 00:05:00")]
    [InlineData("Leasing:MaxRetryDelay", "00:00:00", "greater than zero, for example 00:05:00")]
    [InlineData("Leasing:LoadTimeout", "00:00:00", "greater than zero and at most 1.00:00:00, for example 00:05:00")]
    [InlineData("Leasing:LoadTimeout", "1.00:00:01", "greater than zero and at most 1.00:00:00, for example 00:05:00")]
    [InlineData("Leasing:UnrecoverableAfter", "00:00:00", "greater than zero, for example 00:05:00, or -00:00:00.001 for never")]
    [InlineData("Devices:cuda:0:MaxConcurrentHolders", "0", "from 1 to 10000")]
    [InlineData("Devices:cpu:MaxConcurrentHolders", "10001", "from 1 to 10000")]
    [InlineData("Models:a:MaxLeases", "0", "1 or more, or -1 for the number of processors")]
    [InlineData("Models:a:CanaryFor", "-00:00:01", "from 00:00:00 to 1.00:00:00, for example 00:10:00")]
    [InlineData("Models:a:CanaryShare", "0", "above 0 and at most 0.5, for example 0.05")]
    [InlineData("Models:a:CanaryShare", "0.51", "above 0 and at most 0.5, for example 0.05")]
    [InlineData("Models:a:KeepAlive", "-00:00:01", "00:00:00, which frees the model after each use, or more")]
    public async Task A_value_out_of_its_range_stops_the_start(string key, string value, string allowed) =>
        Assert.Equal([$"SharedModels:{key} is {value}. The value must be {allowed}."], await FailuresAsync((key, value)));

    [Theory]
    [InlineData("4", "00:00:04 for 4 seconds")]
    [InlineData("1", "00:00:01 for 1 second")]
    [InlineData("300", "00:05:00 for 300 seconds")]
    [InlineData("0", "00:00:30 for 30 seconds")]
    [InlineData("-1", "00:00:30 for 30 seconds")]
    [InlineData("30s", "00:00:30 for 30 seconds")]
    [InlineData("4.5", "00:00:30 for 30 seconds")]
    [InlineData("24:00:00", "00:00:30 for 30 seconds")]
    public async Task A_time_without_a_unit_is_rejected_with_the_format(string value, string example) =>
        Assert.Equal(
            [$"SharedModels:Leasing:AcquireTimeout is '{value}'. Write a time as hh:mm:ss or d.hh:mm:ss, for example {example}."],
            await FailuresAsync(("Leasing:AcquireTimeout", value)));

    [Theory]
    [InlineData("lots")]
    [InlineData("0")]
    [InlineData("-5GiB")]
    [InlineData("0%")]
    [InlineData("101%")]
    public async Task A_budget_that_is_not_a_size_stops_the_start(string value) =>
        Assert.Equal(
            [$"SharedModels:Devices:cuda:0:MemoryBudget is '{value}'. The value must be a size such as 20GiB, a share from 1% to "
                + "100%, or auto."],
            await FailuresAsync(("Devices:cuda:0:MemoryBudget", value)));

    [Fact]
    public async Task A_wrong_budget_of_the_cpu_is_not_advised_to_be_auto() =>
        Assert.Equal(
            ["SharedModels:Devices:cpu:MemoryBudget is '10GiBB'. The value must be a size such as 20GiB, or a share from 1% to 100%."],
            await FailuresAsync(("Devices:cpu:MemoryBudget", "10GiBB")));

    [Fact]
    public async Task A_budget_above_the_memory_of_an_accelerator_stops_the_start() =>
        Assert.Equal(
            [
                "SharedModels:Devices:fake:0:MemoryBudget is '20GiB', but fake:0 has 16 GiB of memory. "
                    + "The value must be at most that size, or a share such as 80%.",
            ],
            await FailuresAsync(("Devices:fake:0:MemoryBudget", "20GiB")));

    [Theory]
    [InlineData("Leasing:MaxBypassTime", "4", "Write a time as hh:mm:ss or d.hh:mm:ss, for example 00:00:04 for 4 seconds.")]
    [InlineData("Leasing:MaxHold", "long", TimeFormat)]
    [InlineData("Leasing:PriorityAging", "slow", TimeFormat)]
    [InlineData("Leasing:PopularityHalfLife", "long", TimeFormat)]
    [InlineData("Leasing:MinResidency", "short", TimeFormat)]
    [InlineData("Leasing:RetryDelay", "short", TimeFormat)]
    [InlineData("Leasing:MaxRetryDelay", "long", TimeFormat)]
    [InlineData("Leasing:LoadTimeout", "long", TimeFormat)]
    [InlineData("Leasing:UnrecoverableAfter", "later", TimeFormat)]
    [InlineData("Models:a:KeepAlive", "4", "Write a time as hh:mm:ss or d.hh:mm:ss, for example 00:00:04 for 4 seconds.")]
    [InlineData("Leasing:MaxQueueLength", "many", "The value must be a whole number up to 2147483647.")]
    [InlineData("Leasing:MaxBypass", "99999999999", "The value must be a whole number up to 2147483647.")]
    [InlineData("Leasing:MaxBypassUnderLoad", "1.5", "The value must be a whole number up to 2147483647.")]
    [InlineData("Devices:cuda:0:MaxConcurrentHolders", "two", "The value must be a whole number up to 2147483647.")]
    [InlineData("Models:a:MaxLeases", "two", "The value must be a whole number up to 2147483647.")]
    [InlineData("Leasing:CpuFallback", "maybe", "The value must be true or false.")]
    [InlineData("Leasing:CaptureStackTraces", "1", "The value must be true or false.")]
    [InlineData("Models:a:Preload", "yes", "The value must be true or false.")]
    [InlineData("Models:a:Device", "gpu", "The value must be Auto, Cpu or Accelerator. Did you mean 'Accelerator'?")]
    [InlineData("Models:a:Device", "cuda:0", "The value must be Auto, Cpu or Accelerator. Did you mean 'Accelerator'?")]
    [InlineData("Models:a:Device", "Acelerator", "The value must be Auto, Cpu or Accelerator. Did you mean 'Accelerator'?")]
    [InlineData("Models:a:Device", "7", "The value must be Auto, Cpu or Accelerator.")]
    [InlineData("Models:a:Device", "Cpu, Accelerator", "The value must be Auto, Cpu or Accelerator.")]
    public async Task A_value_that_cannot_be_read_stops_the_start(string key, string value, string allowed) =>
        Assert.Equal([$"SharedModels:{key} is '{value}'. {allowed}"], await FailuresAsync((key, value)));

    [Theory]
    [InlineData(
        "Leasing:AcquireTimeout:Seconds", "4", "SharedModels:Leasing:AcquireTimeout is a section. The setting takes a single value.")]
    [InlineData("Leasing", "4", "SharedModels:Leasing is '4'. It is a section and takes keys instead of a value.")]
    [InlineData("Models:a", "Cpu", "SharedModels:Models:a is 'Cpu'. It is a section and takes keys instead of a value.")]
    [InlineData(
        "Devices:gpu 1:MaxConcurrentHolders",
        "1",
        "SharedModels:Devices:gpu 1 does not name a device. The name must be cpu, mps, or a kind with an index such as cuda:0.")]
    public async Task A_key_of_the_wrong_form_stops_the_start(string key, string value, string failure) =>
        Assert.Equal([failure], await FailuresAsync((key, value)));

    [Fact]
    public async Task All_invalid_settings_are_reported_together()
    {
        var exception = await Assert.ThrowsAnyAsync<OptionsValidationException>(
            () => StartAsync(
                ("Leasing:MaxHold", "30s"), ("Leasing:MaxBypass", "-1"), ("Models:a:Device", "gpu"), ("Models:a:MaxLeases", "0")));
        Assert.Equal(
            [
                $"SharedModels:Leasing:MaxHold is '30s'. {TimeFormat}",
                "SharedModels:Models:a:Device is 'gpu'. The value must be Auto, Cpu or Accelerator. Did you mean 'Accelerator'?",
                "SharedModels:Leasing:MaxBypass is -1. The value must be 0 or more.",
                "SharedModels:Models:a:MaxLeases is 0. The value must be 1 or more, or -1 for the number of processors.",
            ],
            exception.Failures);
        Assert.Equal(string.Join(Environment.NewLine, exception.Failures), exception.Message);
        Assert.Equal(exception.Message, exception.ToString());
    }

    [Theory]
    [InlineData("Leasing:AcquireTimeout", "-00:00:00.001")]
    [InlineData("Leasing:AcquireTimeout", "10675199.02:48:05")]
    [InlineData("Leasing:AcquireTimeout", "")]
    [InlineData("Leasing:MaxQueueLength", "0")]
    [InlineData("Leasing:MaxQueueLength", "2147483647")]
    [InlineData("Leasing:MaxBypass", "0")]
    [InlineData("Leasing:MaxBypass", "2147483647")]
    [InlineData("Leasing:MaxBypassTime", "-00:00:00.001")]
    [InlineData("Leasing:MaxHold", "-00:00:00.001")]
    [InlineData("Leasing:MaxHold", "10675199.02:48:05")]
    [InlineData("Leasing:PriorityAging", "10675199.02:48:05")]
    [InlineData("Leasing:PopularityHalfLife", "10675199.02:48:05")]
    [InlineData("Leasing:MaxRetryDelay", "10675199.02:48:05")]
    [InlineData("Leasing:MinResidency", "00:00:00")]
    [InlineData("Leasing:LoadTimeout", "1.00:00:00")]
    [InlineData("Leasing:UnrecoverableAfter", "-00:00:00.001")]
    [InlineData("Leasing:CpuFallback", "TRUE")]
    [InlineData("Models:a:Device", " auto ")]
    [InlineData("Models:a:KeepAlive", "00:00:00")]
    [InlineData("Models:a:KeepAlive", "10675199.02:48:05")]
    [InlineData("Models:a:MaxLeases", "2147483647")]
    [InlineData("Devices:cpu:MemoryBudget", "100%")]
    [InlineData("Devices:cpu:MaxConcurrentHolders", "10000")]
    public async Task The_limits_of_the_ranges_are_allowed(string key, string value) => await StartAsync((key, value));

    private static async Task<IEnumerable<string>> FailuresAsync(params (string Key, string Value)[] settings) =>
        (await Assert.ThrowsAnyAsync<OptionsValidationException>(() => StartAsync(settings))).Failures;

    private static async Task StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var (key, value) in settings)
            builder.Configuration["SharedModels:" + key] = value;
        builder.Services.AddSingleton<IDeviceProvider>(new FakeAccelerator(16L << 30));
        builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels")).AddModel("a", static _ => new FakeModel());
        using var host = builder.Build();
        await host.StartAsync();
        var manager = host.Services.GetRequiredService<ISharedModelManager>();
        await manager.PreloadAsync("a");
        await (await manager.FetchModelAsync("a")).DisposeAsync();
        await host.StopAsync();
    }
}
