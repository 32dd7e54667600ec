using System.Runtime.CompilerServices;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Streams;

/// <summary>Streams that end early: by exceptions, cancellation, disposal, loss or a shutdown, or because nobody reads them.</summary>
public sealed class StreamEndTests : StreamTestBase
{
    [Fact]
    public async Task An_exception_reaches_the_consumer_after_the_items_before_it()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var seen = new List<int>();
        await Assert.ThrowsAsync<FormatException>(async () =>
        {
            await foreach (var item in lease.StreamAsync((_, _) => Count(10, static i => i < 3 ? i : throw new FormatException())))
                seen.Add(item);
        });
        Assert.Equal([0, 1, 2], seen);
        Assert.Equal(LeaseState.Held, lease.State);
        await Assert.ThrowsAsync<FormatException>(
            async () => await lease.StreamAsync<int>((_, _) => throw new FormatException()).ToListAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await lease.StreamAsync<int>((_, _) => null!).ToListAsync());
    }

    [Fact]
    public async Task An_exception_of_the_iterator_s_disposal_reaches_a_consumer_that_stops()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var items = lease.StreamAsync((_, _) => Failing()).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        await Assert.ThrowsAsync<FormatException>(async () => await items.DisposeAsync());

        static IEnumerable<int> Failing()
        {
            using var failing = new Failing();
            while (true)
                yield return 1;
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_canceled_token_ends_the_stream(bool isOfEnumeration, bool isPaused)
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        using var cancellation = new CancellationTokenSource();
        await using var items = lease
            .StreamAsync((_, ct) => isPaused ? Count(int.MaxValue) : Wait(ct), null, isOfEnumeration ? default : cancellation.Token)
            .GetAsyncEnumerator(isOfEnumeration ? cancellation.Token : default);
        Assert.True(await items.MoveNextAsync());
        var next = isPaused ? default : items.MoveNextAsync();
        await cancellation.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => _ = isPaused ? await items.MoveNextAsync() : await next);
        Assert.Equal(cancellation.Token, canceled.CancellationToken);
        Assert.Equal(Worker, await DisposedOn);

        IEnumerable<int> Wait(CancellationToken ct)
        {
            try
            {
                yield return 1;
                ct.WaitHandle.WaitOne();
                yield return 2;
            }
            finally
            {
                NoteDisposal();
            }
        }
    }

    [Fact]
    public async Task A_token_that_is_already_canceled_starts_nothing()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var token = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await lease.StreamAsync((_, _) => Count(3), null, token).ToListAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await lease.StreamAsync((_, _) => Count(3)).ToListAsync(token));
        Assert.Equal(0, Produced);
    }

    [Fact]
    public async Task A_lease_that_is_disposed_ends_its_streams()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        await using var items = lease.StreamAsync((_, _) => Count(int.MaxValue)).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        lease.Dispose();
        Assert.Equal(Worker, await DisposedOn);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (await items.MoveNextAsync())
            {
            }
        });
        Assert.Equal(
            "The lease on model 'a' was disposed while its stream was being read. Dispose the lease after the last item.", failure.Message);
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }

    [Fact]
    public async Task A_stream_of_a_lease_that_is_not_held_throws_at_the_first_item()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
#pragma warning disable SHM010 // The test reads it too early on purpose.
        var stream = lease.StreamAsync((_, _) => Count(2));
#pragma warning restore SHM010
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ToListAsync());
        Assert.Contains("has not been acquired", failure.Message, StringComparison.Ordinal);
        await lease.AcquireAsync();
        Assert.Equal([0, 1], await stream.ToListAsync());
    }

    [Fact]
    public async Task A_lost_device_ends_the_stream()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        using var lease = await fixture.FetchAsync("a");
        await using var items = lease.StreamAsync((_, _) => Count(int.MaxValue)).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        fixture.Accelerator.Lose();
        Assert.Equal(Worker, await DisposedOn);
        await Assert.ThrowsAsync<DeviceLostException>(async () => await items.MoveNextAsync());
    }

    [Fact]
    public async Task A_loss_of_the_device_is_recognized_in_an_exception_of_the_iterator()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var failure = await Assert.ThrowsAsync<DeviceLostException>(
            async () => await lease
                .StreamAsync((_, _) => Count(1, static int (_) => throw new DeviceLostException("Gone.")))
                .ToListAsync());
        Assert.Equal(("Gone.", LeaseState.Lost), (failure.Message, lease.State));
    }

    [Fact]
    public async Task A_shutdown_waits_for_the_stream_and_then_ends_it_on_the_worker()
    {
        var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        await using var items = lease.StreamAsync((_, _) => Count(int.MaxValue)).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        using var timeout = new CancellationTokenSource();
        var stop = fixture.Manager.ShutdownAsync(timeout.Token);
        Assert.False(stop.IsCompleted);
        await timeout.CancelAsync();
        await stop;
        await fixture.DisposeAsync();
        Assert.Equal(Worker, await DisposedOn);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await items.MoveNextAsync());
        lease.Dispose();
    }

    [Fact]
    public async Task An_enumerator_that_is_dropped_releases_the_model()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        await DropAsync(lease);
        await Condition.UntilAsync(() => DisposedOn.IsCompleted, Collect);
        Assert.Equal(Worker, await DisposedOn);
        lease.Dispose();
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }

    [Fact]
    public async Task A_lease_that_is_dropped_with_its_enumerator_is_released()
    {
        await using var fixture = Create();
        await DropBothAsync(fixture);
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0, Collect);
        Assert.Equal(Worker, await DisposedOn);
    }

    [Fact]
    public async Task An_enumerator_with_a_pending_call_is_not_dropped()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        using var gate = new ManualResetEventSlim();
        var next = NextOf(lease.StreamAsync((_, _) => Count(2, _ => gate.Wait(TestBound.Wait))));
        for (var i = 0; i < 3; i++)
            Collect();
        gate.Set();
        Assert.True(await next);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Task<bool> NextOf(IAsyncEnumerable<bool> stream) => stream.GetAsyncEnumerator().MoveNextAsync().AsTask();
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task DropAsync(IModelLease<FakeModel> lease) => Task.Run(async () =>
    {
        var items = lease.StreamAsync((_, _) => Count(int.MaxValue)).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task DropBothAsync(ManagerFixture fixture) => Task.Run(async () =>
    {
        var lease = await fixture.FetchAsync("a");
        await DropAsync(lease);
    });

    private sealed class Failing : IDisposable
    {
        public void Dispose() => throw new FormatException();
    }
}
