using System.Diagnostics;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>
/// The token of a caller belongs to its request, even if a listener delays the caller until the request's object is reused.
/// </summary>
[Collection(nameof(ProcessListeners))]
public sealed class CallerTokenTests
{
    [Fact]
    public async Task A_caller_that_was_delayed_by_a_listener_does_not_change_the_token_of_a_later_request()
    {
        using var blocked = new ManualResetEventSlim();
        var isBlocking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "SharedModels",
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStarted = _ =>
            {
                if (isBlocking.TrySetResult())
                    blocked.Wait(TestBound.Wait);
            },
        };
        await using var manager = new SharedModelManager();
        manager.Add(new FakeModel(1), "a");
        using var first = await manager.FetchModelAsync<FakeModel>();
        ActivitySource.AddActivityListener(listener);
        using var own = new CancellationTokenSource();
        using var later = new CancellationTokenSource();
        await using var scope = manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        var delayed = Task.Run(async () => await lease.AcquireAsync(own.Token));
        await isBlocking.Task.WaitAsync(TestBound.Wait);
        var second = Task.Run(async () => await manager.FetchModelAsync<FakeModel>());
        await Condition.UntilAsync(() => manager.GetSnapshot().Models[0].QueuedRequests == 2);

        // The delayed request is granted and released, and its object serves the next request.
        first.Dispose();
        lease.Dispose();
        using var held = await second.WaitAsync(TestBound.Wait);
        var waiting = Task.Run(async () => await manager.FetchModelAsync<FakeModel>(later.Token));
        await Condition.UntilAsync(() => manager.GetSnapshot().Models[0].QueuedRequests == 1);
        blocked.Set();
        await delayed.WaitAsync(TestBound.Wait);
        await own.CancelAsync();
        Assert.Equal(1, manager.GetSnapshot().Models[0].QueuedRequests);
        await later.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TestBound.Wait));
    }
}
