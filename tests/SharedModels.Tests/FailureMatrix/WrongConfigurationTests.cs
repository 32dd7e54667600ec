using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>The configuration is wrong: the application does not start, and says why.</summary>
public sealed class WrongConfigurationTests
{
    [Theory]
    [InlineData("Leasing:AcquireTimeout", "00:00:00", "write a time above zero, such as 00:00:30, or -00:00:00.001 to wait for ever.")]
    [InlineData("Leasing:MaxQueueLength", "-1", "write 0 or more.")]
    [InlineData("Leasing:MaxBypass", "-1", "write 0 or more.")]
    [InlineData("Leasing:MaxBypassUnderLoad", "-1", "write 0 or more.")]
    [InlineData("Leasing:MaxHold", "00:00:00", "write a time above zero, such as 00:10:00, or -00:00:00.001 for as long as the holder likes.")]
    [InlineData("Leasing:PriorityAgeing", "00:00:00", "write a time above zero, such as 00:00:10.")]
    [InlineData("Leasing:PopularityHalfLife", "-00:00:01", "write a time above zero, such as 00:05:00.")]
    [InlineData("Leasing:MinResidency", "-00:00:01", "write a time from zero to 1.00:00:00, such as 00:00:01.")]
    [InlineData("Leasing:MinResidency", "1.00:00:01", "write a time from zero to 1.00:00:00, such as 00:00:01.")]
    [InlineData("Leasing:RetryDelay", "00:00:00", "write a time above zero and up to MaxRetryDelay, which is 00:05:00.")]
    [InlineData("Leasing:RetryDelay", "00:05:01", "write a time above zero and up to MaxRetryDelay, which is 00:05:00.")]
    [InlineData("Leasing:LoadTimeout", "00:00:00", "write a time above zero and up to 1.00:00:00, such as 00:05:00.")]
    [InlineData("Leasing:LoadTimeout", "1.00:00:01", "write a time above zero and up to 1.00:00:00, such as 00:05:00.")]
    [InlineData("Devices:cuda:0:MaxConcurrentHolders", "0", "write 1 or more.")]
    [InlineData("Devices:cpu:MaxConcurrentHolders", "-2", "write 1 or more.")]
    [InlineData("Models:a:MaxLeases", "0", "write 1 or more.")]
    [InlineData("Models:a:KeepAlive", "-00:00:01", "write a time such as 00:05:00, or 00:00:00 to free the model after each use.")]
    [InlineData("Models:a:Device", "7", "write Auto, Cpu or Accelerator.")]
    public async Task The_start_fails_and_names_the_key_the_value_and_the_range(string key, string value, string range) =>
        Assert.Equal($"SharedModels:{key} is {value}; {range}", (await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync((key, value)))).Message);

    [Theory]
    [InlineData("lots")]
    [InlineData("0")]
    [InlineData("-5GiB")]
    [InlineData("0%")]
    [InlineData("101%")]
    public async Task A_budget_that_is_no_size_is_named(string value)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Devices:cuda:0:MemoryBudget", value)));
        Assert.Equal($"SharedModels:Devices:cuda:0:MemoryBudget is '{value}'; write a size such as 20GiB, or a share from 1% to 100%.", exception.Message);
    }

    [Theory]
    [InlineData("Leasing:AcquireTimeout", "soon")]
    [InlineData("Leasing:MaxQueueLength", "many")]
    [InlineData("Leasing:MaxBypass", "some")]
    [InlineData("Leasing:MaxBypassUnderLoad", "some")]
    [InlineData("Leasing:MaxHold", "long")]
    [InlineData("Leasing:PriorityAgeing", "slow")]
    [InlineData("Leasing:PopularityHalfLife", "long")]
    [InlineData("Leasing:MinResidency", "short")]
    [InlineData("Leasing:RetryDelay", "short")]
    [InlineData("Leasing:MaxRetryDelay", "long")]
    [InlineData("Leasing:LoadTimeout", "long")]
    [InlineData("Leasing:CpuFallback", "perhaps")]
    [InlineData("Leasing:CaptureStackTraces", "perhaps")]
    [InlineData("Devices:cuda:0:MaxConcurrentHolders", "two")]
    [InlineData("Models:a:MaxLeases", "two")]
    [InlineData("Models:a:KeepAlive", "long")]
    [InlineData("Models:a:Device", "Gpu")]
    [InlineData("Models:a:Preload", "perhaps")]
    public async Task A_value_of_another_kind_is_named_with_its_key(string key, string value)
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync((key, value)));
        Assert.Contains($"'{value}' at 'SharedModels:{key}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_no_device_s_is_named()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Devices:gpu 1:MaxConcurrentHolders", "1")));
        Assert.Equal("SharedModels:Devices:gpu 1 names no device; write cpu, mps, or a kind with an index such as cuda:0.", exception.Message);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(("Leasing:MaxBypass", "-1"), ("Models:a:MaxLeases", "0")));
        Assert.Equal(["SharedModels:Leasing:MaxBypass is -1; write 0 or more.", "SharedModels:Models:a:MaxLeases is 0; write 1 or more."], exception.Failures);
    }

    [Theory]
    [InlineData("Leasing:AcquireTimeout", "-00:00:00.001")]
    [InlineData("Leasing:AcquireTimeout", "10675199.02:48:05")]
    [InlineData("Leasing:MaxQueueLength", "0")]
    [InlineData("Leasing:MaxBypass", "0")]
    [InlineData("Leasing:MaxHold", "-00:00:00.001")]
    [InlineData("Leasing:MaxRetryDelay", "10675199.02:48:05")]
    [InlineData("Leasing:MinResidency", "00:00:00")]
    [InlineData("Leasing:LoadTimeout", "1.00:00:00")]
    [InlineData("Models:a:KeepAlive", "00:00:00")]
    [InlineData("Models:a:KeepAlive", "10675199.02:48:05")]
    [InlineData("Devices:cpu:MemoryBudget", "100%")]
    public async Task The_ends_of_the_ranges_are_allowed(string key, string value) => await StartAsync((key, value));

    private static async Task StartAsync(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        foreach (var (key, value) in settings)
            builder.Configuration["SharedModels:" + key] = value;
        builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels")).AddModel("a", static _ => new FakeModel());
        using var host = builder.Build();
        await host.StartAsync();
        var manager = host.Services.GetRequiredService<ISharedModelManager>();
        await manager.PreloadAsync("a");
        await (await manager.FetchModelAsync("a")).DisposeAsync();
        await host.StopAsync();
    }
}
