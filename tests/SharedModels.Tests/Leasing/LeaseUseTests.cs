using Microsoft.Extensions.DependencyInjection;
using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>Uses that the API suggests work.</summary>
public sealed class LeaseUseTests
{
#pragma warning disable SHM025 // The tests pass such code on purpose.
    [Fact]
    public async Task Code_that_returns_a_ValueTask_of_a_result_is_rejected_like_a_Task()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        await Assert.ThrowsAsync<NotSupportedException>(async () => await lease.InvokeAsync(static _ => new ValueTask<int>(1)));
    }

    [Fact]
    public async Task Code_that_returns_a_stream_is_rejected()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        await Assert.ThrowsAsync<NotSupportedException>(async () => await lease.InvokeAsync(static model => Generate(model)));
    }
#pragma warning restore SHM025

    [Fact]
    public async Task InvokeAsync_within_InvokeAsync_does_not_wait_for_itself()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var lease = await fixture.FetchAsync("a");
        using var end = new CancellationTokenSource();
        var nested = lease.InvokeAsync(_ => Blocks(lease)).AsTask();
        var ended = await nested;
        lease.Dispose();
        Assert.True(ended, "The worker waits for itself; there is neither an exception nor a timeout.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_models_fetched_one_after_the_other_do_not_wait_for_each_other_until_the_timeout(bool isFirstThere)
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        fixture.Add("b");
        if (isFirstThere)
            await fixture.Manager.PreloadAsync("a");
        await using var first = await fixture.FetchAsync("a");
        var second = fixture.FetchAsync("b").AsTask();
        var ended = await Condition.EndsAsync(second, TimeSpan.FromSeconds(2));
        await fixture.Time.AdvanceUntilAsync(second, TimeSpan.FromSeconds(5));
        var failure = await Assert.ThrowsAsync<LeaseDeadlockException>(() => second);
        Assert.True(ended, failure.Message);
        Assert.Contains("CreateScope", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_can_lease_its_model_again_after_releasing_it()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        await using var scope = fixture.Services.CreateAsyncScope();
        await using (var lease = scope.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>())
            await lease.AcquireAsync();
        var again = scope.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>();
        var failure = await Record.ExceptionAsync(async () => await again.AcquireAsync());
        Assert.True(failure is null, $"{failure?.GetType().Name}: {failure?.Message}");
    }

    [Fact]
    public async Task After_a_loss_a_scope_can_lease_the_model_again()
    {
        await using var fixture = new ApplicationFixture(memoryBytes: 100, devices: 2);
        fixture.Add("a");
        await using var scope = fixture.Services.CreateAsyncScope();
        var lease = scope.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>();
        await lease.AcquireAsync();
        fixture.Accelerator.Lose(lease.Device);
        lease.Dispose();

        // "Dispose the lease and acquire a new one."
        var failure = await Record.ExceptionAsync(
            async () => await scope.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>().AcquireAsync());
        Assert.True(failure is null, $"{failure?.GetType().Name}: {failure?.Message}");
    }

    [Fact]
    public async Task A_queue_full_of_low_priority_takes_a_request_of_high_priority()
    {
        await using var fixture = new ApplicationFixture(("Leasing:MaxQueueLength", "4"));
        fixture.Add("a");
        using var held = await fixture.FetchAsync("a");
        var flood = Enumerable.Range(0, 4)
            .Select(_ => fixture.FetchAsync("a", new AcquireOptions { Priority = LeasePriority.Low }))
            .ToList();
        var failure = await Record.ExceptionAsync(async () =>
        {
            var urgent = fixture.FetchAsync("a", new AcquireOptions { Priority = LeasePriority.High });
            held.Dispose();
            (await urgent).Dispose();
        });
        held.Dispose();
        await Assert.ThrowsAsync<LeaseRejectedException>(() => flood[3]);
        foreach (var low in flood[..3])
            (await low).Dispose();
        Assert.True(failure is null, $"{failure?.GetType().Name}: {failure?.Message}");
    }

    [Fact]
    public void KeepAlive_of_an_attribute_can_be_switched_off_by_configuration_like_the_other_times() =>
        new SharedModelManager(new SharedModelsOptions { Models = { ["a"] = new() { KeepAlive = Timeout.InfiniteTimeSpan } } }).Dispose();

    [Fact]
    public async Task A_caller_that_joins_a_wait_with_a_higher_priority_raises_it()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        await using var scope = fixture.Services.CreateAsyncScope();
        var lease = scope.ServiceProvider.GetRequiredService<IModelLease<FakeModel>>();
        var low = lease.AcquireAsync(new AcquireOptions { Priority = LeasePriority.Low }).AsTask();
        var other = fixture.FetchAsync("a");
        var high = lease.AcquireAsync(new AcquireOptions { Priority = LeasePriority.High }).AsTask();
        held.Dispose();
        var first = await Task.WhenAny(high, other);
        lease.Dispose();
        await Record.ExceptionAsync(() => low);
        (await other).Dispose();
        Assert.True(first == high, "The request of high priority waits with low priority, because it joined a request of low priority.");
    }

#pragma warning disable SHM012, xUnit1031 // Blocks on purpose: that is what this test checks.
    private static bool Blocks(IModelLease<FakeModel> lease) => lease.InvokeAsync(static _ => 1).AsTask().Wait(Condition.Long);
#pragma warning restore SHM012, xUnit1031

    private static async IAsyncEnumerable<string?> Generate(FakeModel model)
    {
        await Task.Yield();
        model.Use();
        yield return Thread.CurrentThread.Name;
    }
}
