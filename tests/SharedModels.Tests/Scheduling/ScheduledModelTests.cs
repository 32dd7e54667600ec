using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The state of models and devices, and the placement of models.</summary>
public sealed class ScheduledModelTests
{
    private readonly SchedulerParts _parts = new();

    [Fact]
    public void A_model_uses_its_host_bytes_on_the_CPU_and_its_device_bytes_on_an_accelerator()
    {
        var model = _parts.AddModel("a");
        model.CompleteLoad(new ModelFootprint(10, 20, 5), isMutable: false, madeFor: null, now: 0);
        Assert.Equal((15, 25), (model.BytesOn(_parts.Host), model.BytesOn(_parts.Accelerator)));
    }

    [Fact]
    public void The_size_of_a_model_is_an_estimate_until_it_is_loaded_or_fails()
    {
        var (loaded, failed) = (_parts.AddModel("loaded"), _parts.AddModel("failed"));
        foreach (var model in (TestModel[])[loaded, failed])
        {
            Assert.False(model.IsEstimated);
            model.Estimate(model.ActualFootprint);
            Assert.True(model.IsEstimated);
        }

        loaded.CompleteLoad(loaded.ActualFootprint, isMutable: false, madeFor: null, now: 0);
        failed.Fail();
        Assert.Equal((false, false), (loaded.IsEstimated, failed.IsEstimated));
    }

    [Fact]
    public void A_lost_device_counts_its_losses_and_its_returns()
    {
        var (device, failure) = (_parts.Accelerator, Failure.Of(new IOException()));
        device.PutOutOfService(failure, now: 5, _parts.State.Policy);
        device.PutOutOfService(failure, now: 7, _parts.State.Policy);
        Assert.Equal((5, 2, 0), (device.LostAt, device.Failures, device.Generation));
        device.ReturnToService();
        Assert.Equal((0, 1), (device.Failures, device.Generation));
        device.PutOutOfService(failure, now: 9, _parts.State.Policy);
        Assert.Equal((9, 1), (device.LostAt, device.Failures));
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    public void A_model_that_is_too_large_for_its_accelerator_falls_back_to_the_CPU(long bytes, bool fallsBack)
    {
        var model = _parts.Add(new ModelSettings("a") { Candidates = [_parts.Accelerator], Fallback = _parts.Host });
        model.CompleteLoad(new ModelFootprint(bytes, bytes), isMutable: false, madeFor: null, now: 0);
        Assert.Same(fallsBack ? _parts.Host : _parts.Accelerator, _parts.Selector.Choose(model, now: 0));
    }

    [Fact]
    public void The_longest_hold_is_that_of_the_oldest_holder()
    {
        var (device, first, second) = (_parts.Accelerator, new LeaseHolder(), new LeaseHolder());
        Assert.Equal(0, device.LongestHold(now: 10));
        device.TakeSlot(first, now: 10);
        device.TakeSlot(second, now: 12);
        Assert.Equal(10, device.LongestHold(now: 20));
        device.FreeSlot(first, now: 20);
        Assert.Equal((8, 10), (device.LongestHold(now: 20), device.Holds.Typical));
    }
}
