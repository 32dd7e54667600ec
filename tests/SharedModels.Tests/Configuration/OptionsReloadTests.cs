using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Tests.Configuration;

/// <summary>Settings that change while the application runs.</summary>
public sealed class OptionsReloadTests
{
    [Fact]
    public async Task A_lower_budget_evicts_idle_models_and_no_others()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a", "b");
        await using var held = await fixture.FetchAsync("c");
        fixture.Change(("Devices:fake:0:MemoryBudget", "15"));
        await fixture.UntilAsync(ModelResidency.OnHost, "a", "b");
        Assert.Equal((15, 10, 1), (fixture.DeviceState().BudgetBytes, fixture.DeviceState().UsedBytes, held.Model.Use()));
        Assert.All(
            fixture.Metrics["sharedmodels.model.evictions"], static line => Assert.EndsWith("reason=room", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_is_reloaded_when_its_own_options_change_if_it_asks_for_that()
    {
        await using var fixture = Create(("Models:a:ReloadOnChange", "true"), ("Models:a:Path", "one"), ("Models:b:Path", "one"));
        await fixture.UseAsync("a", "b");
        fixture.Change(("Models:a:MaxLeases", "2"));
        Assert.Equal(1, fixture["a"].Version);
        fixture.Change(("Models:a:Path", "two"), ("Models:b:Path", "two"));
        await Condition.UntilAsync(() => fixture["a"].Version == 2);
        await fixture.UseAsync("a", "b");
        Assert.Equal((2, 1), (fixture["a"].Version, fixture["b"].Version));
    }

    [Fact]
    public async Task A_budget_below_the_bytes_in_use_takes_effect_when_they_are_released()
    {
        await using var fixture = Create();
        var held = await fixture.FetchAsync("a");
        fixture.Change(("Devices:fake:0:MemoryBudget", "5"));
        Assert.Equal((LeaseState.Held, 10, 1), (held.State, fixture.DeviceState().UsedBytes, held.Model.Use()));
        held.Dispose();
        await fixture.UntilAsync(ModelResidency.OnHost, "a");
        Assert.Equal((10, 5), await RejectionAsync());

        async Task<(long, long)> RejectionAsync()
        {
            var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("b"));
            return (exception.RequiredBytes, exception.BudgetBytes);
        }
    }

    [Fact]
    public async Task A_higher_budget_lets_a_waiting_model_in()
    {
        await using var fixture = Create(("Devices:fake:0:MemoryBudget", "15"), ("Devices:fake:0:MaxConcurrentHolders", "2"));
        await using var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("b");
        await fixture.UntilAsync(ModelResidency.OnHost, "b");
        fixture.Change(("Devices:fake:0:MemoryBudget", "20"));
        (await waiting).Dispose();
        Assert.Equal(LeaseState.Held, held.State);
    }

    [Fact]
    public async Task A_lower_budget_of_the_host_unloads_idle_models()
    {
        await using var fixture = Create(("Devices:cpu:MemoryBudget", "100"));
        await fixture.UseAsync("a", "b", "c");
        fixture.Change(("Devices:cpu:MemoryBudget", "15"));
        await Condition.UntilAsync(() => fixture.Host.UsedBytes == 10);
        Assert.Equal(10, fixture.DeviceState().UsedBytes);
    }

    [Fact]
    public async Task A_shorter_KeepAlive_frees_a_model_that_is_already_idle()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a", "b");
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        fixture.Change(("Models:a:KeepAlive", "00:00:30"), ("Models:b:KeepAlive", "00:01:30"));
        await fixture.UntilAsync(ModelResidency.Registered, "a");
        Assert.Equal(ModelResidency.OnDevice, fixture["b"].Residency);
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        await fixture.UntilAsync(ModelResidency.Registered, "b");
        Assert.Contains("1 model=a device=fake:0 reason=keep_alive", fixture.Metrics["sharedmodels.model.evictions"]);
    }

    [Fact]
    public async Task A_longer_KeepAlive_keeps_an_idle_model()
    {
        await using var fixture = Create(("Models:a:KeepAlive", "00:00:30"));
        await fixture.UseAsync("a");
        fixture.Change(("Models:a:KeepAlive", "01:00:00"));
        fixture.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(ModelResidency.OnDevice, fixture["a"].Residency);
        fixture.Time.Advance(TimeSpan.FromMinutes(1.1));
        await fixture.UntilAsync(ModelResidency.Registered, "a");
    }

    [Fact]
    public async Task A_shorter_queue_rejects_the_next_request_and_keeps_waiting_requests()
    {
        await using var fixture = Create();
        var held = await fixture.FetchAsync("a");
        Task<IModelLease<FakeModel>>[] waiting = [fixture.FetchAsync("a"), fixture.FetchAsync("a")];
        fixture.Change(("Leasing:MaxQueueLength", "1"));
        Assert.Equal((1, 2), (fixture.DeviceState().MaxQueueLength, fixture.DeviceState().QueueLength));
        await Assert.ThrowsAsync<LeaseRejectedException>(() => fixture.FetchAsync("a"));
        held.Dispose();
        foreach (var wait in waiting)
            (await wait).Dispose();
    }

    [Fact]
    public async Task More_slots_grant_waiting_requests_immediately()
    {
        await using var fixture = Create();
        using var held = await fixture.FetchAsync("a");
        var second = fixture.FetchAsync("b");
        var third = fixture.FetchAsync("c");
        fixture.Change(("Devices:fake:0:MaxConcurrentHolders", "3"));
        await Task.WhenAll(second, third);
        Assert.Equal((3, 3), (fixture.DeviceState().Holders, fixture.DeviceState().MaxConcurrentHolders));
        Assert.Equal(1, await (await third).InvokeAsync(static model => model.Use()));
        (await second).Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task Fewer_slots_revoke_no_lease_and_grant_no_request_beyond_their_number()
    {
        await using var fixture = Create(("Devices:fake:0:MaxConcurrentHolders", "3"));
        var first = await fixture.FetchAsync("a");
        var second = await fixture.FetchAsync("b");
        fixture.Change(("Devices:fake:0:MaxConcurrentHolders", "1"));
        var third = fixture.FetchAsync("c");
        await fixture.Manager.PreloadAsync("c");
        first.Dispose();
        Assert.Equal((false, LeaseState.Held, 1), (third.IsCompleted, second.State, await second.InvokeAsync(static model => model.Use())));
        second.Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task More_leases_of_a_model_grant_the_requests_that_wait_for_it()
    {
        await using var fixture = Create(("Devices:fake:0:MaxConcurrentHolders", "2"));
        using var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        fixture.Change(("Models:a:MaxLeases", "2"));
        (await waiting).Dispose();
        fixture.Change(("Models:a:MaxLeases", "1"));
        Assert.False(fixture.FetchAsync("a").IsCompleted);
    }

    [Fact]
    public async Task New_timeouts_and_limits_apply_to_later_requests()
    {
        await using var fixture = Create();
        using var held = await fixture.FetchAsync("a");
        fixture.Change(
            ("Leasing:AcquireTimeout", "00:00:03"),
            ("Leasing:RetryDelay", "00:00:07"),
            ("Leasing:LoadTimeout", "00:00:05"),
            ("Leasing:MaxHold", "00:00:09"));
        var waiting = fixture.FetchAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(3.1));
        Assert.Contains("after 3 s", (await Assert.ThrowsAsync<LeaseTimeoutException>(() => waiting)).Message, StringComparison.Ordinal);
        held.Dispose();
        using var next = await fixture.FetchAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(9.1));
        Assert.Equal(LeaseState.Lost, next.State);
        fixture.Accelerator.Lose();
        Assert.Equal(TimeSpan.FromSeconds(7), (await Assert.ThrowsAsync<DeviceLostException>(() => fixture.FetchAsync("b"))).RetryAfter);
    }

    [Fact]
    public async Task An_invalid_change_is_logged_and_changes_nothing()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        fixture.Change(("Leasing:MaxQueueLength", "-3"), ("Devices:fake:0:MemoryBudget", "5"));
        Assert.Equal(
            (256, 100, ModelResidency.OnDevice),
            (fixture.DeviceState().MaxQueueLength, fixture.DeviceState().BudgetBytes, fixture["a"].Residency));
        var error = Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Error);
        Assert.Equal("The changed settings could not be applied. The previous settings stay in effect.", error.Message);
        fixture.Change(("Leasing:MaxQueueLength", "3"));
        Assert.Equal((3, 5), (fixture.DeviceState().MaxQueueLength, fixture.DeviceState().BudgetBytes));
        Assert.Contains(
            fixture.Log.GetSnapshot(),
            static line => line is { Level: LogLevel.Information, Message: "The changed settings have taken effect." });
    }

    [Fact]
    public async Task A_value_of_another_type_is_logged_and_changes_nothing()
    {
        await using var fixture = Create();
        _ = fixture.Manager;
        fixture.Change(("Leasing:MaxQueueLength", "many"));
        Assert.Equal(256, fixture.DeviceState().MaxQueueLength);
        Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task A_budget_above_the_memory_of_the_device_is_logged_and_changes_nothing()
    {
        await using var fixture = Create();
        _ = fixture.Manager;
        fixture.Change(("Leasing:MaxQueueLength", "3"), ("Devices:fake:0:MemoryBudget", "101"));
        Assert.Equal((256, 100), (fixture.DeviceState().MaxQueueLength, fixture.DeviceState().BudgetBytes));
        Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task An_unknown_key_is_reported_once()
    {
        await using var fixture = Create();
        _ = fixture.Manager;
        fixture.Change(("Leasing:MaxQueueLen", "3"));
        fixture.Change(("Leasing:MaxQueueLength", "3"));
        Assert.Equal(
            "SharedModels:Leasing:MaxQueueLen is not a setting and is ignored. Did you mean 'MaxQueueLength'?",
            Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Warning).Message);
    }

    [Fact]
    public async Task A_hosted_application_applies_changes_until_it_stops()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["SharedModels:Leasing:MaxQueueLength"] = "7";
        builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels")).AddModel("a", static _ => new FakeModel());
        var configuration = (IConfigurationRoot)builder.Configuration;
        ISharedModelManager manager;
        using (var host = builder.Build())
        {
            await host.StartAsync();
            manager = host.Services.GetRequiredService<ISharedModelManager>();
            configuration["SharedModels:Leasing:MaxQueueLength"] = "8";
            configuration.Reload();
            Assert.Equal(8, manager.GetSnapshot().Devices[0].MaxQueueLength);
            await host.StopAsync();
        }

        configuration["SharedModels:Leasing:MaxQueueLength"] = "9";
        configuration.Reload();
        Assert.Equal(8, manager.GetSnapshot().Devices[0].MaxQueueLength);
    }

    private static ApplicationFixture Create(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(settings);
        foreach (var id in (string[])["a", "b", "c"])
            fixture.Add(id);
        return fixture;
    }
}
