using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SharedModels.Testing;

namespace SharedModels.Tests.HealthChecks;

/// <summary>The figures for failures in readiness and in the snapshot.</summary>
public sealed class FaultHealthTests
{
    [Fact]
    public async Task Readiness_has_the_length_of_every_queue_and_the_residency_of_every_model()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2);
        fixture.Add("a");
        fixture.Add("b").Load.FailWith(new IOException("The disk is gone."));
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("b"));
        fixture.Accelerator.Lose(fixture.Accelerator[1].Device);
        var entry = await fixture.CheckReadinessAsync();
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal((1, 0, 0), (entry.Data["fake:0.queue"], entry.Data["fake:1.queue"], entry.Data["cpu.queue"]));
        Assert.Equal(("OnDevice", "Faulted"), (entry.Data["a.residency"], entry.Data["b.residency"]));
        held.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_preloaded_model_that_failed_counts_as_missing_until_it_is_loaded_again()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2, ("Models:a:Preload", "true"));
        var script = fixture.Add("a");
        await fixture.Manager.StartAsync(CancellationToken.None);
        Assert.Equal(HealthStatus.Healthy, (await fixture.CheckReadinessAsync()).Status);
        script.Load.FailWith(new IOException("The disk is gone."));
        script.Move.FailWith(new IOException("The bus is gone."));
        await Assert.ThrowsAnyAsync<ModelLeaseException>(async () => await fixture.Manager.EvictAsync("a"));
        Assert.Equal("Model 'a' is not on its device: The bus is gone.", (await fixture.CheckReadinessAsync()).Description);
        script.Load.FailWith(null);
        script.Move.FailWith(null);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.UseAsync("a");
        Assert.Equal(HealthStatus.Healthy, (await fixture.CheckReadinessAsync()).Status);
    }

    [Fact]
    public async Task Liveness_stays_healthy_whatever_fails()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await using var held = await fixture.FetchAsync("a");
        fixture.Accelerator.Lose();
        var report = await fixture.Services
            .GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(static check => check.Tags.Contains("live"));
        var entry = report.Entries["sharedmodels-live"];
        Assert.Equal((HealthStatus.Healthy, 1, 2, 1), (entry.Status, entry.Data["models"], entry.Data["devices"], entry.Data["leases"]));
    }

    [Fact]
    public async Task All_problems_are_reported_together()
    {
        await using var fixture = new ApplicationFixture(("Leasing:MaxQueueLength", "1"), ("Models:b:Preload", "true"));
        fixture.Add("a");
        fixture.Add("b");
        var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        Assert.Equal(
            "Model 'b' is not on its device: it is not loaded yet. The queue of device fake:0 is full (length 1, limit 1).",
            (await fixture.CheckReadinessAsync()).Description);
        held.Dispose();
        (await waiting).Dispose();
    }
}
