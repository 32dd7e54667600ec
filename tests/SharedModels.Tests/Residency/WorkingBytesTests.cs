using SharedModels.Testing;

namespace SharedModels.Tests.Residency;

/// <summary>A use needs working bytes in addition to the model's own. They are reserved only while it lasts.</summary>
public sealed class WorkingBytesTests
{
    private static readonly (string Key, string Value) ThreeHolders = ("Devices:fake:0:MaxConcurrentHolders", "3");

    [Fact]
    public async Task They_count_while_a_use_lasts()
    {
        await using var fixture = Create();
        await fixture.UseAsync("a");
        Assert.Equal(20, fixture.DeviceState().UsedBytes);
        await using (var lease = await fixture.FetchAsync("a"))
        {
            Assert.Equal(50, fixture.DeviceState().UsedBytes);
            await lease.InvokeAsync(static model => model.Use());
        }

        Assert.Equal((20, 20L, 50L), (fixture.DeviceState().UsedBytes, fixture.Accelerator[0].UsedBytes, fixture.Accelerator[0].PeakBytes));
    }

    [Fact]
    public async Task Each_use_of_a_model_needs_its_own_working_bytes()
    {
        await using var fixture = Create(ThreeHolders, ("Models:a:MaxLeases", "3"));
        var first = await fixture.FetchAsync("a");
        using var second = await fixture.FetchAsync("a");
        Assert.Equal(80, fixture.DeviceState().UsedBytes);
        var third = fixture.FetchAsync("a");
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
        Assert.Equal((50, 20L), (fixture.DeviceState().UsedBytes, fixture.Accelerator[0].PeakBytes));
    }

    [Fact]
    public async Task A_holder_that_uses_a_model_twice_needs_them_once()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        await scope.CreateLease<FakeModel>("a").AcquireAsync();
        await scope.CreateLease<FakeModel>("a").AcquireAsync();
        Assert.Equal(50, fixture.DeviceState().UsedBytes);
    }

    [Fact]
    public async Task Idle_models_are_evicted_for_them()
    {
        await using var fixture = Create();
        fixture.Add("full", bytes: 60);
        await fixture.UseAsync("full");
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal((ModelResidency.OnHost, 50), (fixture["full"].Residency, fixture.DeviceState().UsedBytes));
        Assert.Equal(["1 model=full device=fake:0 reason=room"], fixture.Metrics["sharedmodels.model.evictions"]);
    }

    [Fact]
    public async Task The_next_model_moves_in_next_to_them_if_there_is_room()
    {
        await using var fixture = Create();
        fixture.Add("small", bytes: 40);
        fixture.Add("large", bytes: 60);
        using var lease = await fixture.FetchAsync("a");
        await fixture.Manager.PreloadAsync("small");
        var preload = fixture.Manager.PreloadAsync("large").AsTask();
        Assert.False(preload.IsCompleted);
        Assert.Equal(90, fixture.DeviceState().UsedBytes);
        lease.Dispose();
        await preload;
    }

    [Fact]
    public async Task A_model_that_fits_only_without_them_is_rejected_with_both_figures()
    {
        await using var fixture = Create();
        fixture.Add("greedy", bytes: 60, workingBytes: 50);
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => fixture.FetchAsync("greedy"));
        Assert.Equal((110, 100), (exception.RequiredBytes, exception.BudgetBytes));
    }

    [Fact]
    public async Task A_group_needs_the_working_bytes_of_all_its_members_together()
    {
        await using var fixture = Create();
        fixture.Add("b", bytes: 20, workingBytes: 30);
        fixture.Add("c", bytes: 20, workingBytes: 31);
        await using (var scope = fixture.Manager.CreateScope())
        {
            await fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")]);
            Assert.Equal(100, fixture.DeviceState().UsedBytes);
        }

        await using var other = fixture.Manager.CreateScope();
        var exception = await Assert.ThrowsAsync<DeviceOutOfMemoryException>(
            () => fixture.Manager.AcquireAllAsync([other.CreateLease<FakeModel>("a"), other.CreateLease<FakeModel>("c")]).AsTask());
        Assert.Equal(101, exception.RequiredBytes);
    }

    /// <summary>A device of 100 bytes. Model 'a' takes 20 and needs 30 more as working bytes.</summary>
    private static ApplicationFixture Create(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(settings);
        fixture.Add("a", bytes: 20, workingBytes: 30);
        return fixture;
    }
}
