using System.Runtime.CompilerServices;
using System.Text;
using SharedModels.Testing;
using SharedModels.Tests.Residency;

namespace SharedModels.Tests.Leasing.Streams;

/// <summary>Iterators that run on the worker and whose items a consumer reads.</summary>
public sealed class StreamTests : StreamTestBase
{
    [Fact]
    public async Task An_iterator_runs_on_the_worker_and_its_items_arrive_in_order()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var items = await lease.StreamAsync((_, _) => Count(1000, static i => (i, Thread.CurrentThread.Name))).ToListAsync();
        Assert.Equal(Enumerable.Range(0, 1000).Select(static i => (i, (string?)Worker)), items);
        Assert.Equal(Worker, await DisposedOn);
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
        Assert.Equal(Worker, await DisposedOn);
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
        await Condition.UntilAsync(() => Produced >= ahead);

        // The worker is free again, because the iterator has paused.
        await lease.InvokeAsync(static _ => { });
        Assert.InRange(Produced, ahead, ahead + 1);
    }

    [Fact]
    public async Task A_stream_that_is_not_enumerated_uses_nothing()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var items = lease.StreamAsync((_, _) => Count(3)).GetAsyncEnumerator();
        await lease.InvokeAsync(static _ => { });
        Assert.Equal(0, Produced);
        await items.DisposeAsync();
        Assert.False(await items.MoveNextAsync());
        Assert.Equal(0, Produced);
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

        Assert.True(DisposedOn.IsCompleted);
        Assert.Equal(Worker, await DisposedOn);
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
}
