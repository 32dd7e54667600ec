using System.Diagnostics;
using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Batches;

/// <summary>Batches whose callers, device or lease change between the grant, the start and the end.</summary>
public sealed class BatchRaceTests
{
    private static readonly TimeSpan Long = TestBound.Wait;

    [Fact]
    public async Task Inputs_of_different_types_do_not_share_a_batch()
    {
        await using var fixture = new BatchFixture();
        var held = await fixture.OccupyAsync();
        var text = fixture.RunAsync("a");
        var length = fixture.Manager.RunAsync<BatchedModel.Keyed, int>("batched", new("bb", BatchKey: null)).AsTask();
        held.Dispose();
        Assert.Equal("A", await text.WaitAsync(Long));
        Assert.Equal(2, await length.WaitAsync(Long));
        Assert.Equal([1, 1], fixture.Sizes);
    }

    [Fact]
    public async Task A_batch_does_not_run_if_all_its_callers_cancel_when_it_starts()
    {
        await using var fixture = new BatchFixture();
        using var cancellation = new CancellationTokenSource();
        using var activities = new BatchActivities { OnStart = cancellation.Cancel };
        var run = fixture.RunAsync("a", null, cancellation.Token);
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Long));
        Assert.Equal(cancellation.Token, canceled.CancellationToken);
        Assert.Empty(fixture.Sizes);
    }

    [Fact]
    public async Task The_rest_of_a_divided_batch_does_not_run_on_a_device_that_was_lost()
    {
        var accelerator = new FakeAccelerator(100);
        await using var manager = new SharedModelManager(null, [accelerator]);
        var model = new BatchedModel
        {
            OnBatch = (inputs, _) =>
            {
                if (inputs.Count > 1)
                    throw new InvalidDataException("bad input");
                accelerator.Lose();
                return null;
            },
        };
        manager.Add(model, "batched");
        var held = await manager.FetchModelAsync("batched");
        var first = manager.RunAsync<string, string>("batched", "a").AsTask();
        var second = manager.RunAsync<string, string>("batched", "b").AsTask();
        held.Dispose();
        Assert.Equal("A", await first.WaitAsync(Long));
        await Assert.ThrowsAsync<DeviceLostException>(() => second.WaitAsync(Long));
        Assert.Equal([["a", "b"], ["a"]], model.Batches);
    }

    [Fact]
    public async Task Inputs_that_wait_do_not_join_a_batch_whose_device_was_lost_before_it_starts()
    {
        var accelerator = new FakeAccelerator(100, count: 2);
        await using var manager = new SharedModelManager(null, [accelerator]);
        manager.Add(new BatchedModel(), "batched");
        using var worker = new BusyWorker();
        await manager.RunAsync<string, string>("batched", "a").AsTask().WaitAsync(Long);
        var granted = manager.RunAsync<string, string>("batched", "b").AsTask();
        var waiting = manager.RunAsync<string, string>("batched", "c").AsTask();
        accelerator.Lose(manager.GetSnapshot().Models[0].Device);
        worker.Free();
        await Assert.ThrowsAsync<DeviceLostException>(() => granted.WaitAsync(Long));
        Assert.Equal("C", await waiting.WaitAsync(Long));
    }

    [Fact]
    public async Task A_batch_that_is_held_too_long_before_it_starts_does_not_run()
    {
        await using var fixture = new ManagerFixture(static options => options.Leasing.MaxHold = TimeSpan.FromSeconds(10));
        var model = new BatchedModel();
        fixture.Manager.Add(model, "batched");
        using var worker = new BusyWorker();
        await fixture.Manager.RunAsync<string, string>("batched", "a").AsTask().WaitAsync(Long);
        var granted = fixture.Manager.RunAsync<string, string>("batched", "b").AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(11));
        worker.Free();
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => granted.WaitAsync(Long));
        Assert.Contains("MaxHold", failure.Message, StringComparison.Ordinal);
        Assert.Equal([["a"]], model.Batches);
    }

    [Fact]
    public async Task A_batch_that_must_not_run_twice_is_not_divided_when_it_runs_out_of_memory()
    {
        await using var fixture = new BatchFixture(static options => options.BatchFailure = BatchFailure.Fail);
        fixture.Model.OnBatch = static (inputs, _) => inputs.Count > 2 ? throw new DeviceOutOfMemoryException("full") : null;
        var held = await fixture.OccupyAsync();
        var runs = Enumerable.Range(0, 4).Select(i => fixture.RunAsync($"i{i}")).ToList();
        held.Dispose();
        foreach (var run in runs)
            await Assert.ThrowsAsync<DeviceOutOfMemoryException>(() => run.WaitAsync(Long));
        Assert.Equal([4], fixture.Sizes);

        held = await fixture.OccupyAsync();
        runs = [.. Enumerable.Range(0, 4).Select(i => fixture.RunAsync($"i{i}"))];
        held.Dispose();
        await BatchFixture.AllOf(runs);
        Assert.Equal([4, 2, 2], fixture.Sizes);
    }

    [Fact]
    public async Task A_batch_that_fails_does_not_count_as_a_fast_one()
    {
        await using var fixture = new BatchFixture(static options => options.TargetBatchDuration = TimeSpan.FromMilliseconds(50));
        fixture.Model.OnBatch = static (_, _) => throw new InvalidDataException("bad input");
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<InvalidDataException>(() => fixture.RunAsync("a").WaitAsync(Long));

        fixture.Model.OnBatch = static (_, _) => null;
        var held = await fixture.OccupyAsync();
        var runs = Enumerable.Range(0, 4).Select(i => fixture.RunAsync($"i{i}")).ToList();
        held.Dispose();
        await BatchFixture.AllOf(runs);
        Assert.Equal(1, fixture.Sizes[3]);
    }

    [Fact]
    public async Task Ambient_values_of_a_batch_do_not_reach_the_next_one()
    {
        await using var fixture = new BatchFixture();
        var ambient = new AsyncLocal<string?>();
        var seen = new List<string?>();
        fixture.Model.OnBatch = (_, _) =>
        {
            seen.Add(ambient.Value);
            ambient.Value = "left behind";
            return null;
        };
        ambient.Value = "of the caller";
        await fixture.RunAsync("a").WaitAsync(Long);
        await fixture.RunAsync("b").WaitAsync(Long);
        Assert.Equal([null, null], seen);
    }

    [Fact]
    public async Task A_batch_that_waits_for_another_model_of_its_device_is_a_deadlock()
    {
        await using var fixture = new BatchFixture();
        (await fixture.OccupyDeviceAsync()).Dispose();
        fixture.Model.OnBatch = (_, _) =>
        {
            using var lease = WaitFor(fixture.Manager.FetchModelAsync("other", CancellationToken.None).AsTask());
            return null;
        };
        var failure = await Assert.ThrowsAsync<LeaseDeadlockException>(() => fixture.RunAsync("a").WaitAsync(2 * Long));
        Assert.Contains("the holder of 'batched' waits for 'other'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_waits_for_the_lease_of_its_own_scope_is_a_deadlock()
    {
        await using var fixture = new BatchFixture();
        var held = await fixture.OccupyAsync();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<BatchedModel>();
        var acquired = lease.AcquireAsync().AsTask();
        var run = lease.RunAsync<string, string>("a").AsTask();
        held.Dispose();
        await acquired.WaitAsync(Long);
        await Assert.ThrowsAsync<LeaseDeadlockException>(() => run.WaitAsync(Long));
    }

    [Fact]
    public async Task Inputs_that_share_a_token_are_canceled_together_in_any_state()
    {
        await using var fixture = new BatchFixture(static options => options.MaxBatchSize = 2);
        using var cancellation = new CancellationTokenSource();
        fixture.Model.OnBatch = static (_, token) =>
        {
            token.WaitHandle.WaitOne(Long);
            token.ThrowIfCancellationRequested();
            return null;
        };
        var running = fixture.RunAsync("a", null, cancellation.Token);
        await Condition.UntilAsync(() => fixture.Sizes.Length == 1);
        var waiting = Enumerable.Range(0, 5).Select(i => fixture.RunAsync($"i{i}", null, cancellation.Token)).ToList();
        await cancellation.CancelAsync();
        foreach (var run in waiting.Append(running))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Long));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.RunAsync("b", null, cancellation.Token));
        Assert.Equal(0, fixture.Snapshot.QueuedRequests);
        Assert.Equal([1], fixture.Sizes);
    }

    [Fact]
    public async Task Each_of_many_callers_gets_its_own_output_while_others_cancel()
    {
        await using var fixture = new BatchFixture(static options => options.MaxBatchSize = 5);
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = 0; i < 200; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var run = fixture.RunAsync($"c{caller}-{i}", null, random.Next(2) == 0 ? cancellation.Token : default);
                var cancel = random.Next(3) == 0 ? cancellation.CancelAsync() : Task.CompletedTask;
                try
                {
                    Assert.Equal($"C{caller}-{i}", await run.WaitAsync(Long));
                }
                catch (OperationCanceledException)
                {
                    Assert.True(cancellation.IsCancellationRequested);
                }

                await cancel;
            }
        }));
        await Task.WhenAll(callers).WaitAsync(2 * Long);

        // A batch can end after its last caller has canceled.
        await Condition.UntilAsync(() => fixture.Snapshot is { ActiveLeases: 0, QueuedRequests: 0 });
    }

    private static T WaitFor<T>(Task<T> task) => task.WaitAsync(Long).GetAwaiter().GetResult();

    /// <summary>Runs code when the batches of the current test start and end, on the device's worker.</summary>
    private sealed class BatchActivities : IDisposable
    {
        private readonly Activity _caller = new Activity("caller").Start();
        private readonly ActivityListener _listener;

        public BatchActivities()
        {
            _listener = new()
            {
                ShouldListenTo = static source => source.Name == "SharedModels",
                Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStarted = activity => Run(activity, OnStart),
                ActivityStopped = activity => Run(activity, OnEnd),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public Action? OnStart { get; init; }

        public Action? OnEnd { get; init; }

        public void Dispose()
        {
            _listener.Dispose();
            _caller.Dispose();
        }

        private void Run(Activity activity, Action? action)
        {
            if (activity.OperationName == "sharedmodels.batch" && activity.Links.Any(IsOfCaller))
                action?.Invoke();
        }

        private bool IsOfCaller(ActivityLink link) => link.Context.TraceId == _caller.TraceId;
    }

    /// <summary>
    /// Keeps the device's worker busy from the end of the first batch until it is freed, so that the next batch cannot start.
    /// </summary>
    private sealed class BusyWorker : IDisposable
    {
        private readonly ManualResetEventSlim _gate = new();
        private readonly BatchActivities _activities;

        public BusyWorker() => _activities = new() { OnEnd = () => _gate.Wait(Long) };

        public void Free() => _gate.Set();

        public void Dispose()
        {
            Free();
            _activities.Dispose();
        }
    }
}
