using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>A lease is dropped without being disposed.</summary>
public sealed class LeaseDroppedTests
{
    [Fact]
    public async Task The_next_request_is_granted()
    {
        await using var fixture = await CreateAsync();
        Drop(fixture);
        var next = fixture.FetchAsync("a", new AcquireOptions { Timeout = Timeout.InfiniteTimeSpan });
        Assert.False(next.IsCompleted);
        await CollectUntilAsync(() => next.IsCompleted);
        await using var lease = await next;
        Assert.Equal(1, lease.Model.Use());
    }

    [Theory]
    [InlineData("false", "Set SharedModels:Leasing:CaptureStackTraces to true to log where it was acquired.")]
    [InlineData("true", nameof(Drop))]
    public async Task It_is_logged_as_an_error(string captures, string where)
    {
        await using var fixture = await CreateAsync(("Leasing:CaptureStackTraces", captures));
        Drop(fixture);
        await CollectUntilAsync(() => fixture.Log.GetSnapshot().Any(static line => line.Level == LogLevel.Error));
        var error = Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Error).Message;
        Assert.StartsWith(
            "A lease on model 'a' was garbage-collected without being disposed; it has been released.", error, StringComparison.Ordinal);
        Assert.Contains(where, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_model_is_unchanged()
    {
        await using var fixture = await CreateAsync();
        Drop(fixture);
        Assert.Equal(1, fixture["a"].ActiveLeases);
        await CollectUntilAsync(() => fixture["a"].ActiveLeases == 0);
        Assert.Equal(
            (ModelResidency.OnDevice, 1L, 0L, 0),
            (fixture["a"].Residency, fixture["a"].Loads, fixture["a"].Evictions, fixture.DeviceState().Holders));
    }

    [Fact]
    public async Task A_dropped_scope_and_a_dropped_group_are_found_too()
    {
        await using var fixture = await CreateAsync();
        DropGroup(fixture);
        Assert.Equal((1, 1), (fixture["a"].ActiveLeases, fixture["b"].ActiveLeases));
        await CollectUntilAsync(() => fixture.DeviceState().Holders == 0);
        Assert.Equal((0, 0), (fixture["a"].ActiveLeases, fixture["b"].ActiveLeases));
    }

    [Fact]
    public async Task A_lease_whose_code_still_runs_is_released_only_afterwards()
    {
        await using var fixture = await CreateAsync(("Models:b:Device", "Cpu"));
        var script = (await UseAsync(fixture)).Script;
        script.Use.Close();
        var running = InvokeAndDrop(fixture);
        await script.Use.Arrived;
        await CollectWhatIsDroppedAsync(fixture);
        Assert.Equal(1, fixture["a"].ActiveLeases);
        script.Use.Open();
        Assert.Equal(1, await running);
        var next = fixture.FetchAsync("a");
        await CollectUntilAsync(() => next.IsCompleted);
        (await next).Dispose();
    }

    [Fact]
    public async Task A_lease_that_is_awaited_is_not_dropped()
    {
        await using var fixture = await CreateAsync(("Models:b:Device", "Cpu"));
        var held = await fixture.FetchAsync("a");
        var waiting = UseLaterAsync(fixture);
        await CollectWhatIsDroppedAsync(fixture);
        held.Dispose();
        Assert.Equal(1, await waiting);
        Assert.DoesNotContain(
            fixture.Log.GetSnapshot(),
            static line => line.Message.Contains("model 'a'", StringComparison.Ordinal) && line.Level == LogLevel.Error);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(ApplicationFixture fixture, string id = "a") => Assert.Equal(LeaseState.Held, Fetch(fixture, id).State);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropGroup(ApplicationFixture fixture)
    {
        var scope = fixture.Manager.CreateScope();
        IModelLease[] leases = [scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")];
        Assert.True(fixture.Manager.AcquireAllAsync(leases).AsTask().IsCompletedSuccessfully);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Task<int> InvokeAndDrop(ApplicationFixture fixture) => Fetch(fixture).InvokeAsync(static model => model.Use()).AsTask();

    /// <summary>A loaded model is granted before the call returns, so that no awaiting code keeps the lease.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IModelLease<FakeModel> Fetch(ApplicationFixture fixture, string id = "a")
    {
        var fetch = fixture.FetchAsync(id);
        Assert.True(fetch.IsCompletedSuccessfully);
        return fetch.Result;
    }

    private static async Task<int> UseLaterAsync(ApplicationFixture fixture)
    {
        await using var lease = await fixture.FetchAsync("a");
        return lease.Model.Use();
    }

    private static async Task<FakeModel> UseAsync(ApplicationFixture fixture)
    {
        await using var lease = await fixture.FetchAsync("a");
        return lease.Model;
    }

    /// <summary>
    /// Collects until a lease that is dropped now, on the other model, is found. All leases dropped earlier are found by then.
    /// </summary>
    private static async Task CollectWhatIsDroppedAsync(ApplicationFixture fixture)
    {
        Drop(fixture, "b");
        Assert.Equal(1, fixture["b"].ActiveLeases);
        await CollectUntilAsync(() => fixture["b"].ActiveLeases == 0);
    }

    /// <summary>A lease is checked after each collection, and found by the second or a later one.</summary>
    private static Task CollectUntilAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        return Condition.UntilAsync(condition, Collect, what: what);

        static void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static async Task<ApplicationFixture> CreateAsync(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture(settings);
        fixture.Add("a");
        fixture.Add("b");
        await fixture.UseAsync("a", "b");
        return fixture;
    }
}
