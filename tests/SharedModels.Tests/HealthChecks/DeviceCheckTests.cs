using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SharedModels.Tests.HealthChecks;

public sealed class DeviceCheckTests
{
    [Fact]
    public async Task Each_device_has_a_check_that_becomes_unhealthy_when_it_is_lost_and_healthy_when_it_returns()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2);
        var report = await CheckAsync(fixture);
        Assert.Equal(
            ["sharedmodels-device-cpu", "sharedmodels-device-fake:0", "sharedmodels-device-fake:1"],
            report.Entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(report.Entries.Values, static entry => Assert.Equal(HealthStatus.Healthy, entry.Status));
        fixture.Accelerator.Lose(fixture.Accelerator[1].Device);
        report = await CheckAsync(fixture);
        Assert.Equal(
            (HealthStatus.Healthy, HealthStatus.Unhealthy),
            (report.Entries["sharedmodels-device-fake:0"].Status, report.Entries["sharedmodels-device-fake:1"].Status));
        Assert.StartsWith("Device fake:1 is lost: ", report.Entries["sharedmodels-device-fake:1"].Description, StringComparison.Ordinal);
        fixture.Accelerator.Return();
        await Condition.UntilAsync(() => fixture.DeviceState(1).Error is null, () => fixture.Time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(fixture)).Status);
    }

    [Fact]
    public async Task A_full_queue_degrades_the_device_and_the_figures_are_its_data()
    {
        await using var fixture = new ApplicationFixture(("Leasing:MaxQueueLength", "1"));
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        var entry = (await CheckAsync(fixture)).Entries["sharedmodels-device-fake:0"];
        Assert.Equal((HealthStatus.Degraded, "The queue of device fake:0 is full (length 1, limit 1)."), (entry.Status, entry.Description));
        Assert.Equal((100L, 10L, 1, 1, 1, 1), (
            entry.Data["budget"],
            entry.Data["used"],
            entry.Data["holders"],
            entry.Data["maxHolders"],
            entry.Data["queue"],
            entry.Data["maxQueue"]));
        held.Dispose();
        (await waiting).Dispose();
    }

    private static Task<HealthReport> CheckAsync(ApplicationFixture fixture) =>
        fixture.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Tags.Contains("device"));
}
