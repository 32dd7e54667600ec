using Microsoft.Extensions.Diagnostics.HealthChecks;
using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>A load, or a move to the device, hangs.</summary>
public sealed class LoadHangsTests
{
    private static readonly (string Key, string Value)[] Settings =
        [("Leasing:LoadTimeout", "00:01:00"), ("Leasing:AcquireTimeout", "-00:00:00.001")];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_request_gets_a_ModelLoadException_after_LoadTimeout(bool isMove)
    {
        await using var fixture = new ApplicationFixture(Settings);
        var (gate, fetch) = await HangAsync(fixture, isMove);
        fixture.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(fetch.IsCompleted);
        await fixture.Time.AdvanceUntilAsync(fetch, TimeSpan.FromSeconds(1));
        var exception = await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        Assert.IsType<TimeoutException>(exception.InnerException);
        Assert.Contains("It took longer than 00:01:00 (SharedModels:Leasing:LoadTimeout).", exception.Message, StringComparison.Ordinal);
        gate.Open();
    }

    [Fact]
    public async Task The_parts_of_a_load_share_the_limit()
    {
        await using var fixture = new ApplicationFixture(Settings);
        using var construct = new ManualResetEventSlim();
        var constructing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var script = new FakeModelScript { IgnoresTokens = true };
        script.Load.Close();
        fixture.Add("a", _ =>
        {
            constructing.SetResult();
            construct.Wait(TestBound.Wait);
            return new FakeModel(0, script);
        });
        var fetch = fixture.FetchAsync("a");
        await constructing.Task.WaitAsync(TestBound.Wait);
        fixture.Time.Advance(TimeSpan.FromSeconds(50));
        construct.Set();
        await script.Load.Arrived;
        fixture.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(fetch.IsCompleted);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch.WaitAsync(TestBound.Wait));
        script.Load.Open();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_model_becomes_faulted_and_a_later_request_constructs_it_again(bool isMove)
    {
        await using var fixture = new ApplicationFixture(Settings);
        var (gate, fetch) = await HangAsync(fixture, isMove);
        await fixture.Time.AdvanceUntilAsync(fetch, TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        Assert.Equal((ModelResidency.Faulted, true), (fixture["a"].Residency, fixture["a"].IsHanging));
        gate.Open();
        await Condition.UntilAsync(() => !fixture["a"].IsHanging);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.UseAsync("a");
        Assert.Equal(ModelResidency.OnDevice, fixture["a"].Residency);
    }

    [Fact]
    public async Task The_object_is_disposed_and_its_memory_released_when_it_stops_hanging()
    {
        await using var fixture = new ApplicationFixture(Settings);
        var script = fixture.Add("a");
        fixture.Accelerator[0].IgnoresTokens = true;
        fixture.Accelerator[0].Move.Close();
        var fetch = fixture.FetchAsync("a");
        await fixture.Accelerator[0].Move.Arrived;
        await fixture.Time.AdvanceUntilAsync(fetch, TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        Assert.Equal((0, 10L), (script.Disposals, fixture.Accelerator[0].UsedBytes));
        fixture.Accelerator[0].Move.Open();
        await Condition.UntilAsync(() => script.Disposals == 1);
        Assert.Equal(0, fixture.Accelerator[0].UsedBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Readiness_is_unhealthy_while_it_hangs_and_healthy_afterwards(bool isMove)
    {
        await using var fixture = new ApplicationFixture(Settings);
        var (gate, fetch) = await HangAsync(fixture, isMove);
        Assert.Equal(HealthStatus.Healthy, (await fixture.CheckReadinessAsync()).Status);
        await fixture.Time.AdvanceUntilAsync(fetch, TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        var entry = await fixture.CheckReadinessAsync();
        Assert.Equal(
            (HealthStatus.Unhealthy, "Code of model 'a' hangs: it has exceeded SharedModels:Leasing:LoadTimeout and is still running."),
            (entry.Status, entry.Description));
        gate.Open();
        await Condition.UntilAsync(() => !fixture["a"].IsHanging);
        Assert.Equal(HealthStatus.Healthy, (await fixture.CheckReadinessAsync()).Status);
    }

    [Fact]
    public async Task Readiness_is_unhealthy_too_if_the_model_hangs_in_the_cancellation_itself()
    {
        await using var fixture = new ApplicationFixture(Settings);
        using var blocked = new ManualResetEventSlim();
        var loading = new TaskCompletionSource();
        fixture.Add("a", _ => new ObstinateModel(loading, blocked));
        var fetch = fixture.Manager.FetchModelAsync("a").AsTask();
        await loading.Task;
        await fixture.Time.AdvanceUntilAsync(fetch, TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        Assert.Equal(HealthStatus.Unhealthy, (await fixture.CheckReadinessAsync()).Status);
        blocked.Set();
        await Condition.UntilAsync(() => !fixture["a"].IsHanging);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Other_models_continue(bool isMove)
    {
        await using var fixture = new ApplicationFixture(Settings);
        fixture.Add("b");
        fixture.Add("c");
        var (gate, fetch) = await HangAsync(fixture, isMove);
        await fixture.UseAsync("b", "c");
        await fixture.Time.AdvanceUntilAsync(fetch, TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ModelLoadException>(() => fetch);
        await fixture.UseAsync("b", "c");
        Assert.Equal((1, 1), (fixture["b"].Loads, fixture["c"].Loads));
        gate.Open();
    }

    /// <summary>Makes the load or the move of model 'a' stop at a gate and ignore its token.</summary>
    private static async Task<(Gate Gate, Task Fetch)> HangAsync(ApplicationFixture fixture, bool isMove)
    {
        var script = fixture.Add("a");
        script.IgnoresTokens = true;
        var gate = isMove ? script.Move : script.Load;
        gate.Close();
        var fetch = fixture.FetchAsync("a");
        await gate.Arrived;
        return (gate, fetch);
    }

    /// <summary>A model that blocks in the callback of its cancellation.</summary>
    private sealed class ObstinateModel(TaskCompletionSource loading, ManualResetEventSlim blocked) : ISharedModel
    {
        public ModelFootprint Footprint => default;

        public async ValueTask LoadAsync(CancellationToken cancellationToken)
        {
            // Not disposed: the end of the delay could remove it before the cancellation reaches it.
            _ = cancellationToken.Register(blocked.Wait);
            loading.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
