using System.Runtime.CompilerServices;
using SharedModels.Diagnostics;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

/// <summary>Later requests reuse the awaitable object of a wait. Nothing of an earlier wait must reach a later one.</summary>
public sealed class WaitReuseTests
{
    [Fact]
    public async Task A_token_that_is_canceled_after_its_wait_has_ended_cancels_no_later_wait()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        using var stop = new CancellationTokenSource();
        await WaitOnceAsync(fixture, stop.Token);
        await using var held = await fixture.FetchElsewhereAsync("a");
        var later = fixture.FetchAsync("a");
        await stop.CancelAsync();
        Assert.False(later.IsCompleted);
        held.Dispose();
        Assert.Equal(LeaseState.Held, (await later).State);
    }

    [Fact]
    public async Task A_second_await_takes_nothing_from_a_later_wait()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var held = await fixture.FetchElsewhereAsync("a");
        var first = fixture.FetchAsync("a");
        held.Dispose();
        held = await first;
        var later = fixture.FetchAsync("a");
        var exception = await Record.ExceptionAsync(async () => await first);

        // While activities have a listener, possibly in another test, each wait has its own task.
        Assert.True(exception is InvalidOperationException || SharedModelsActivities.IsEnabled);
        held.Dispose();
        (await later).Dispose();
        Assert.Equal(0, fixture["a"].ActiveLeases);
    }

    [Fact]
    public async Task A_wait_that_is_not_awaited_is_not_reused()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        using var held = await fixture.FetchElsewhereAsync("a");
        using var stop = new CancellationTokenSource();
        var forgotten = fixture.FetchAsync("a", stop.Token);
        await stop.CancelAsync();
        var next = fixture.FetchAsync("a");
        held.Dispose();
        Assert.Equal(LeaseState.Held, (await next).State);
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await forgotten);
        Assert.Equal(stop.Token, canceled.CancellationToken);
    }

    [Fact]
    public async Task Waits_of_many_flows_that_are_canceled_at_any_moment_end_correctly()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var users = new StrongBox<int>();
        var flows = Enumerable.Range(1, 4).Select(seed => Task.Run(() => FetchOftenAsync(fixture, new Random(seed), users)));
        await Task.WhenAll(flows).WaitAsync(TestBound.Wait);
        Assert.Equal((0, 0), (fixture["a"].ActiveLeases, fixture["a"].QueuedRequests));
    }

    private static async Task WaitOnceAsync(ManagerFixture fixture, CancellationToken cancellationToken)
    {
        var held = await fixture.FetchElsewhereAsync("a", cancellationToken);
        var wait = fixture.FetchAsync("a", cancellationToken);
        held.Dispose();
        (await wait).Dispose();
    }

    private static async Task FetchOftenAsync(ManagerFixture fixture, Random random, StrongBox<int> users)
    {
        for (var i = 0; i < 2_000; i++)
        {
            using var stop = new CancellationTokenSource();
            var fetch = fixture.FetchAsync("a", stop.Token);
            var cancel = random.Next(3) == 0 ? Task.Run(stop.Cancel) : Task.CompletedTask;
            try
            {
                using var lease = await fetch;
                Assert.Equal(1, Interlocked.Increment(ref users.Value));
                Assert.Equal("a", lease.ModelId);
                Interlocked.Decrement(ref users.Value);
            }
            catch (OperationCanceledException exception)
            {
                Assert.Equal(stop.Token, exception.CancellationToken);
            }

            await cancel;
        }
    }

    [Fact]
    public async Task A_second_caller_that_has_left_leaves_no_unobserved_exception()
    {
        var unobserved = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> count = (_, args) =>
        {
            if (args.Exception.InnerException is ObjectDisposedException { Message: var message }
                && message.Contains("'unobserved'", StringComparison.Ordinal))
                Interlocked.Increment(ref unobserved);
        };
        TaskScheduler.UnobservedTaskException += count;
        await using var fixture = new ManagerFixture();
        fixture.Add("unobserved");
        using var held = await fixture.FetchElsewhereAsync("unobserved");
        await JoinAndLeaveAsync(fixture);
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        TaskScheduler.UnobservedTaskException -= count;
        Assert.Equal(0, unobserved);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task JoinAndLeaveAsync(ManagerFixture fixture)
    {
        var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("unobserved");
        var first = lease.AcquireAsync().AsTask();
        using var stop = new CancellationTokenSource();
        var second = lease.AcquireAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        scope.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first);
    }
}
