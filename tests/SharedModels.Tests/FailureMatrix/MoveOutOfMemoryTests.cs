using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>A move runs out of device memory, although the budget had room.</summary>
public sealed class MoveOutOfMemoryTests
{
    [Fact]
    public async Task The_request_is_granted_if_the_model_fits_after_every_idle_model_was_evicted()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("idle", bytes: 30);
        fixture.Add("other", bytes: 30);
        fixture.Add("a", bytes: 40);
        await fixture.UseAsync("idle", "other");
        fixture.Accelerator[0].PhysicalBytes = 50;
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal((1, 40L), (lease.Model.Use(), fixture.Accelerator[0].UsedBytes));
        Assert.Equal((ModelResidency.OnHost, ModelResidency.OnHost), (fixture["idle"].Residency, fixture["other"].Residency));
        Assert.Equal(
            ["1 model=idle device=fake:0 reason=out_of_memory", "1 model=other device=fake:0 reason=out_of_memory"],
            fixture.Metrics["sharedmodels.model.evictions"]);
    }

    [Fact]
    public async Task The_second_failure_is_a_DeviceOutOfMemoryException_with_requested_free_and_held_bytes()
    {
        await using var fixture = new ApplicationFixture();
        await using var held = await HoldAndFillAsync(fixture);
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("a"));
        Assert.Equal((40, 100, 70), (exception.RequiredBytes, exception.BudgetBytes, exception.FreeBytes));
        Assert.Equal(
            ("used", "a", FakeAccelerator.Device, TimeSpan.FromSeconds(1)),
            (Assert.Single(exception.HeldBy), exception.ModelId, exception.Device, exception.RetryAfter));
        Assert.IsType<DeviceOutOfMemoryException>(exception.InnerException);
        Assert.Equal(
            "Model 'a' did not fit on device fake:0 although every idle model was evicted: it needs 40 bytes, 70 of the budget of 100 "
            + "bytes were free, and model 'used' could not be evicted because it is in use. Other code uses the memory. Lower "
            + "SharedModels:Devices:fake:0:MemoryBudget to what is available, or end the other process. The first request after 1 s "
            + "will try again.",
            exception.Message);
    }

    [Fact]
    public async Task The_move_is_tried_only_twice()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("b", bytes: 40);
        await using var held = await HoldAndFillAsync(fixture);
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("b"));
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("b"));
        Assert.Equal((1, 2), (script.Loads, script.Moves));
    }

    [Fact]
    public async Task The_model_becomes_OnHost_and_is_not_loaded_again()
    {
        await using var fixture = new ApplicationFixture();
        await using var held = await HoldAndFillAsync(fixture);
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("a"));
        Assert.Equal((ModelResidency.OnHost, 1L, 40L), (fixture["a"].Residency, fixture["a"].Loads, fixture["a"].Footprint.DeviceBytes));
        Assert.Equal(30, fixture.DeviceState().UsedBytes);
        held.Dispose();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.UseAsync("a");
        Assert.Equal((ModelResidency.OnDevice, 1L, null), (fixture["a"].Residency, fixture["a"].Loads, fixture["a"].Error));
    }

    [Fact]
    public async Task Other_models_are_not_affected()
    {
        await using var fixture = new ApplicationFixture();
        await using var held = await HoldAndFillAsync(fixture);
        var small = fixture.FetchAsync("small");
        await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("a"));
        Assert.Equal((LeaseState.Held, 1), (held.State, held.Model.Use()));
        Assert.Equal((ModelResidency.OnDevice, 0L), (fixture["used"].Residency, fixture["used"].Evictions));
        held.Dispose();
        (await small).Dispose();
        await fixture.UseAsync("used");
        Assert.Equal(1, fixture["used"].Loads);
    }

    /// <summary>A device that really has 60 bytes, of which a model in use takes 30. An idle model has already been evicted.</summary>
    private static async Task<IModelLease<FakeModel>> HoldAndFillAsync(ApplicationFixture fixture)
    {
        fixture.Add("used", bytes: 30);
        fixture.Add("small", bytes: 10);
        fixture.Add("a", bytes: 40);
        fixture.Accelerator[0].PhysicalBytes = 60;
        return await fixture.FetchAsync("used");
    }
}
