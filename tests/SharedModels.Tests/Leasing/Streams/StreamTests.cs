using System.Runtime.CompilerServices;
using System.Text;
using SharedModels.Testing;
using SharedModels.Tests.Residency;

namespace SharedModels.Tests.Leasing.Streams;

/// <summary>Iterators that run on the worker and whose items a consumer reads.</summary>
public sealed class StreamTests
{
    private const string Worker = "SharedModels fake:0 #0";

    private readonly TaskCompletionSource<string?> _disposedOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _produced;

    [Fact]
    public async Task An_iterator_runs_on_the_worker_and_its_items_arrive_in_order()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var items = await lease.StreamAsync((_, _) => Count(1000, static i => (i, Thread.CurrentThread.Name))).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 1000).Select(static i => (i, (string?)Worker)), items);
        Assert.Equal(Worker, await _disposedOn.Task);
        Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));
    }

    [Fact]
    public async Task An_asynchronous_iterator_starts_and_continues_on_the_worker()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal(
            Enumerable.Range(0, 100).Select(static i => (i, (string?)Worker)),
            await lease.StreamAsync((_, _) => CountAsync(100)).ToListAsync());
        Assert.Equal(Worker, await _disposedOn.Task);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(null, 64)]
    public async Task An_iterator_runs_ahead_of_its_consumer_by_the_size_of_the_buffer(int? size, int ahead)
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var options = size is null ? null : new StreamOptions { BufferSize = size.Value };
        await using var items = lease.StreamAsync((_, _) => Count(1000), options).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(0, items.Current);
        await Condition.UntilAsync(() => Volatile.Read(ref _produced) >= ahead);

        // The worker is free again, because the iterator has paused.
        await lease.InvokeAsync(static _ => { });
        Assert.InRange(_produced, ahead, ahead + 1);
    }

    [Fact]
    public async Task A_stream_that_is_not_enumerated_uses_nothing()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var items = lease.StreamAsync((_, _) => Count(3)).GetAsyncEnumerator();
        await lease.InvokeAsync(static _ => { });
        Assert.Equal(0, _produced);
        await items.DisposeAsync();
        Assert.False(await items.MoveNextAsync());
        Assert.Equal(0, _produced);
    }

    [Fact]
    public async Task Each_enumeration_runs_the_code_again()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var stream = lease.StreamAsync((_, _) => Count(3));
        Assert.Equal([0, 1, 2], await stream.ToListAsync());
        Assert.Equal([0, 1, 2], await stream.ToListAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_consumer_that_stops_disposes_the_iterator_on_the_worker(bool isAsynchronous)
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        await foreach (var item in isAsynchronous
            ? lease.StreamAsync((_, _) => CountAsync(int.MaxValue)).Select(static item => item.Number)
            : lease.StreamAsync((_, _) => Count(int.MaxValue)))
        {
            if (item == 5)
                break;
        }

        Assert.True(_disposedOn.Task.IsCompleted);
        Assert.Equal(Worker, await _disposedOn.Task);
    }

    [Fact]
    public async Task A_consumer_that_stops_cancels_the_token_of_code_that_waits()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        await using (var items = lease.StreamAsync(Wait).GetAsyncEnumerator())
            Assert.True(await items.MoveNextAsync());
        Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));

        static async IAsyncEnumerable<int> Wait(FakeModel model, [EnumeratorCancellation] CancellationToken ct)
        {
            yield return 1;
            await Task.Delay(Timeout.Infinite, ct);
        }
    }

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
        Assert.Equal(Worker, await _disposedOn.Task);

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
                _disposedOn.SetResult(Thread.CurrentThread.Name);
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
        Assert.Equal(0, _produced);
    }

    [Fact]
    public async Task A_lease_that_is_disposed_ends_its_streams()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        await using var items = lease.StreamAsync((_, _) => Count(int.MaxValue)).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        lease.Dispose();
        Assert.Equal(Worker, await _disposedOn.Task);
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
        Assert.Equal(Worker, await _disposedOn.Task);
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
        Assert.Equal(Worker, await _disposedOn.Task);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await items.MoveNextAsync());
        lease.Dispose();
    }

    [Fact]
    public async Task An_enumerator_that_is_dropped_releases_the_model()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        await DropAsync(lease);
        await Condition.UntilAsync(() => _disposedOn.Task.IsCompleted, Collect);
        Assert.Equal(Worker, await _disposedOn.Task);
        lease.Dispose();
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }

    [Fact]
    public async Task A_lease_that_is_dropped_with_its_enumerator_is_released()
    {
        await using var fixture = Create();
        await DropBothAsync(fixture);
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0, Collect);
        Assert.Equal(Worker, await _disposedOn.Task);
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

    [Fact]
    public async Task A_consumer_can_use_the_model_for_each_item()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var sum = 0;
        await foreach (var item in lease.StreamAsync((_, _) => Count(100), new() { BufferSize = 2 }))
            sum += await lease.InvokeAsync(async (model, _) =>
            {
                await Task.Yield();
                return model.Use() + item;
            });
        Assert.Equal(100 + (99 * 100 / 2), sum);
    }

    [Fact]
    public async Task A_call_gets_its_turn_between_two_items_although_the_buffer_has_room()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        using var gate = new SemaphoreSlim(0);
        await using var items = lease.StreamAsync((_, _) => Count(10, i => i == 0 || gate.Wait(TestBound.Wait))).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        var call = lease.InvokeAsync(static _ => 1).AsTask();
        gate.Release();
        Assert.Equal(1, await call);
        gate.Release(10);
    }

    [Fact]
    public async Task Two_streams_can_be_read_alternately()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var options = new StreamOptions { BufferSize = 1 };
        var pairs = await lease.StreamAsync((_, _) => Count(50), options)
            .Zip(lease.StreamAsync((_, _) => CountAsync(50), options))
            .ToListAsync();
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => (i, (i, (string?)Worker))), pairs);
    }

    [Fact]
    public async Task Code_that_occupies_the_worker_cannot_read_a_stream_that_needs_it()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var stream = lease.StreamAsync((_, _) => Count(2));
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await lease.InvokeAsync(async (_, ct) => await stream.ToListAsync(ct)));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await lease.InvokeAsync(async (_, ct) =>
        {
            await Task.Delay(1, ct).ConfigureAwait(false);
            return await stream.ToListAsync(ct);
        }));
        Assert.Contains("Enumerate the items of the model directly", failure.Message, StringComparison.Ordinal);
        Assert.Equal([0, 1], await stream.ToListAsync());
    }

    [Fact]
    public async Task A_second_call_while_the_first_is_pending_is_rejected()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        using var gate = new ManualResetEventSlim();
        await using var items = lease.StreamAsync((_, _) => Count(1, _ => gate.Wait(TestBound.Wait))).GetAsyncEnumerator();
        var first = items.MoveNextAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await items.MoveNextAsync());
        gate.Set();
        Assert.True(await first);
    }

    [Fact]
    public async Task A_stream_runs_inside_one_use_of_an_adapter_which_receives_each_item()
    {
        var accelerator = new FakeAccelerator(100, 1);
        using var adapter = new FakeAdapter(accelerator);
        await using var manager = new SharedModelManager(deviceProviders: [accelerator]);
        manager.Add(adapter);
        await using var lease = await manager.FetchModelAsync<StringBuilder>();
        var worker = await lease.InvokeAsync(static _ => Environment.CurrentManagedThreadId);
        adapter.Adapted.Clear();
        await lease.StreamAsync((_, _) => Count(3)).ToListAsync();
        Assert.Equal($"[{worker} =0=1=2 {worker}]", adapter.Adapted.ToString());

        adapter.Adapted.Clear();
        await using var first = lease.StreamAsync((_, _) => Count(2, static i => i), new() { BufferSize = 1 }).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await lease.StreamAsync((_, _) => Enumerable.Range(0, 2)).ToListAsync());
        Assert.Contains("Read the streams one after the other", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_async_void_method_that_throws_ends_the_stream()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        await Assert.ThrowsAsync<FormatException>(async () => await lease.StreamAsync((_, _) => Items()).ToListAsync());
        Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));

        static async IAsyncEnumerable<int> Items()
        {
            Fail();
            while (true)
            {
                await Task.Yield();
                yield return 1;
            }
        }

        static async void Fail()
        {
            await Task.Yield();
            throw new FormatException();
        }
    }

    [Fact]
    public async Task A_buffer_without_room_is_rejected()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var wrong = Assert.Throws<ArgumentOutOfRangeException>(() => lease.StreamAsync((_, _) => Count(1), new() { BufferSize = 0 }));
        Assert.StartsWith("The BufferSize of a stream must be at least 1.", wrong.Message, StringComparison.Ordinal);
    }

    private static ManagerFixture Create()
    {
        var fixture = new ManagerFixture();
        fixture.Add("a");
        return fixture;
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

    private IEnumerable<int> Count(int count) => Count(count, static i => i);

    private IEnumerable<T> Count<T>(int count, Func<int, T> select)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                Interlocked.Increment(ref _produced);
                yield return select(i);
            }
        }
        finally
        {
            _disposedOn.TrySetResult(Thread.CurrentThread.Name);
        }
    }

    private async IAsyncEnumerable<(int Number, string? Thread)> CountAsync(int count)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                await Task.Yield();
                yield return (i, Thread.CurrentThread.Name);
            }
        }
        finally
        {
            await Task.Yield();
            _disposedOn.TrySetResult(Thread.CurrentThread.Name);
        }
    }

    private sealed class Failing : IDisposable
    {
        public void Dispose() => throw new FormatException();
    }
}
