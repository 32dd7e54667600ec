using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>Models that change when they are used. They are copied back, and their state is lost with their device.</summary>
public sealed class MutableModelTests
{
    [Fact]
    public async Task The_copy_back_counts_as_a_transfer()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("mutable", isMutable: true);
        fixture.Add("fixed");
        await fixture.UseAsync("mutable", "fixed");
        await fixture.Manager.EvictAsync("mutable");
        await fixture.Manager.EvictAsync("fixed");
        Assert.Equal(
            [
                "10 model=fixed device=fake:0 direction=to_device", "10 model=mutable device=fake:0 direction=to_device",
                "10 model=mutable device=fake:0 direction=to_host",
            ],
            fixture.Metrics["sharedmodels.model.transfer.size"]);
    }

    [Fact]
    public async Task The_copy_back_takes_time()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("mutable", isMutable: true);
        await fixture.UseAsync("mutable");
        fixture.Accelerator[0].Move.Close();
        var eviction = fixture.Manager.EvictAsync("mutable").AsTask();
        await fixture.Accelerator[0].Move.Arrived;
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        fixture.Accelerator[0].Move.Open();
        await eviction;
        Assert.Equal(["2 model=mutable device=fake:0 direction=to_host"], fixture.Metrics["sharedmodels.model.transfer.duration"].Where(
            static line => line.EndsWith("to_host", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_model_is_loaded_again_after_its_device_was_lost()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2);
        var script = fixture.Add("a", isMutable: true);
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose(FakeAccelerator.Device);
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal((1, fixture.Accelerator[1].Device), (lease.Model.Use(), lease.Device));
        Assert.Equal((2, 1), (script.Loads, script.Disposals));
    }

    [Fact]
    public async Task A_request_that_waits_at_the_loss_gets_the_model_loaded_again()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2);
        var script = fixture.Add("a", isMutable: true);
        var lease = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a");
        fixture.Accelerator.Lose(FakeAccelerator.Device);
        lease.Dispose();
        await using var granted = await waiting;
        Assert.Equal((1, 2), (granted.Model.Use(), script.Loads));
        Assert.Null(fixture["a"].Error);
    }

    [Fact]
    public async Task A_model_given_as_an_object_works_again_after_the_loss()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2);
        var script = new FakeModelScript();
        fixture.Manager.Add(new FakeModel(10, script, fixture.Accelerator, isMutable: true), "given");
        await fixture.UseAsync("given");
        fixture.Accelerator.Lose(FakeAccelerator.Device);
        _ = await Record.ExceptionAsync(() => fixture.UseAsync("given"));
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await using var lease = await fixture.FetchAsync("given");
        Assert.Equal((1, 2), (lease.Model.Use(), script.Loads));
    }

    [Fact]
    public async Task No_bytes_are_counted_after_the_loss()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a", isMutable: true);
        await fixture.UseAsync("a");
        fixture.Accelerator.Lose();
        await fixture.UntilAsync(ModelResidency.Registered, "a");
        Assert.Equal((0, 0, 0), (fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes, fixture.Accelerator[0].UsedBytes));
        await Condition.UntilAsync(() => fixture.Metrics["sharedmodels.model.evictions"] is ["1 model=a device=fake:0 reason=device_lost"]);
    }
}
