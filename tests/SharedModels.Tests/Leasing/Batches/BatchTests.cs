using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Batches;

/// <summary>Inputs that run together on one lease.</summary>
public sealed class BatchTests
{
    [Fact]
    public async Task An_input_does_not_wait_for_others_on_a_free_model()
    {
        await using var fixture = new BatchFixture();
        Assert.Equal("A", await fixture.RunAsync("a"));
        Assert.Equal("B", await fixture.RunAsync("b"));
        Assert.Equal([1, 1], fixture.Sizes);
        Assert.Equal(0, fixture.Snapshot.ActiveLeases);
    }

    [Fact]
    public async Task Inputs_that_wait_run_together_up_to_the_maximum_in_the_order_of_arrival()
    {
        await using var fixture = new BatchFixture(static options => options.MaxBatchSize = 4);
        var held = await fixture.OccupyAsync();
        var runs = Enumerable.Range(0, 10).Select(i => fixture.RunAsync($"i{i}")).ToList();
        held.Dispose();
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => $"I{i}"), await BatchFixture.AllOf(runs));
        Assert.Equal([4, 4, 2], fixture.Sizes);
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => $"i{i}"), fixture.Model.Batches.SelectMany(static batch => batch));
    }

    [Fact]
    public async Task Inputs_that_arrive_during_the_load_join_the_batch()
    {
        await using var fixture = new BatchFixture();
        using var held = await fixture.OccupyDeviceAsync();
        var first = fixture.RunAsync("a");
        var second = fixture.RunAsync("b");
        held.Dispose();
        await BatchFixture.AllOf([first, second]);
        Assert.Equal([2], fixture.Sizes);
    }

    [Fact]
    public async Task Inputs_that_arrive_while_a_batch_runs_form_the_next_one()
    {
        await using var fixture = new BatchFixture();
        using var gate = new ManualResetEventSlim();
        fixture.Model.OnBatch = (_, token) => gate.Wait(TestBound.Wait, token) ? null : throw new TimeoutException();
        var first = fixture.RunAsync("a");
        await Condition.UntilAsync(() => fixture.Sizes.Length == 1);
        var others = new[] { fixture.RunAsync("b"), fixture.RunAsync("c"), fixture.RunAsync("d") };
        Assert.Equal(3, fixture.Snapshot.QueuedRequests);
        gate.Set();
        await BatchFixture.AllOf([first, .. others]);
        Assert.Equal([1, 3], fixture.Sizes);
    }

    [Fact]
    public async Task A_batch_has_one_lease_and_one_slot()
    {
        await using var fixture = new BatchFixture();
        var held = await fixture.OccupyAsync();
        var seen = default((int Leases, int Holders, int Queued));
        fixture.Model.OnBatch = (_, _) =>
        {
            var snapshot = fixture.Manager.GetSnapshot();
            seen = (snapshot.Models[0].ActiveLeases, snapshot.Devices[0].Holders, snapshot.Models[0].QueuedRequests);
            return null;
        };
        var runs = Enumerable.Range(0, 5).Select(i => fixture.RunAsync($"{i}")).ToList();
        held.Dispose();
        await BatchFixture.AllOf(runs);
        Assert.Equal((1, 1, 0), seen);
    }

    [Fact]
    public async Task Inputs_of_a_higher_priority_go_first()
    {
        await using var fixture = new BatchFixture(static options => options.MaxBatchSize = 2);
        var held = await fixture.OccupyAsync();
        var runs = new[]
        {
            fixture.RunAsync("low", new() { Priority = LeasePriority.Low }),
            fixture.RunAsync("normal"),
            fixture.RunAsync("high", new() { Priority = LeasePriority.High }),
        };
        held.Dispose();
        await BatchFixture.AllOf(runs);
        Assert.Equal([["high", "normal"], ["low"]], fixture.Model.Batches);
    }

    [Fact]
    public async Task Only_inputs_with_the_same_key_share_a_batch()
    {
        await using var fixture = new BatchFixture();
        var held = await fixture.OccupyAsync();
        var runs = new (string Text, string? Key)[] { ("a", "x"), ("bb", "y"), ("ccc", "x"), ("dddd", null), ("eeeee", null), ("f", "y") }
            .Select(input => fixture.Manager.RunAsync<BatchedModel.Keyed, int>("batched", new(input.Text, input.Key)).AsTask())
            .ToList();
        held.Dispose();
        int[] lengths = await Task.WhenAll(runs).WaitAsync(TestBound.Wait);
        Assert.Equal([1, 2, 3, 4, 5, 1], lengths);
        Assert.Equal([["a", "ccc"], ["bb", "f"], ["dddd", "eeeee"]], fixture.Model.Batches);
    }

    [Fact]
    public async Task Batches_and_ordinary_leases_take_turns_in_the_order_of_arrival()
    {
        await using var fixture = new BatchFixture();
        var held = await fixture.OccupyAsync();
        var first = fixture.RunAsync("a");
        var fetch = fixture.Manager.FetchModelAsync("batched").AsTask();
        var late = fixture.RunAsync("b");
        held.Dispose();

        // The late input runs with the first, which costs the fetch nothing but the time of one more input.
        await BatchFixture.AllOf([first, late]);
        (await fetch.WaitAsync(TestBound.Wait)).Dispose();
        Assert.Equal([2], fixture.Sizes);
    }

    [Fact]
    public async Task An_input_on_a_held_lease_runs_on_that_lease()
    {
        await using var fixture = new BatchFixture();
        await using var lease = await fixture.Manager.FetchModelAsync<BatchedModel>();
        Assert.Equal("A", await lease.RunAsync<string, string>("a"));
        Assert.Equal(LeaseState.Held, lease.State);
    }

    [Fact]
    public async Task An_input_on_a_lease_that_is_not_acquired_leaves_it_so()
    {
        await using var fixture = new BatchFixture();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<BatchedModel>();
        Assert.Equal("A", await lease.RunAsync<string, string>("a"));
        Assert.Equal(LeaseState.Pending, lease.State);
        scope.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await lease.RunAsync<string, string>("a"));
    }

    [Fact]
    public async Task A_caller_that_holds_the_device_and_waits_for_itself_gets_a_deadlock_exception()
    {
        await using var fixture = new BatchFixture();
        using var held = await fixture.OccupyDeviceAsync();
        await using var scope = fixture.Manager.CreateScope();
        var other = scope.CreateLease<FakeModel>("other");
        held.Dispose();
        await other.AcquireAsync();
        var failure = await Assert.ThrowsAsync<LeaseDeadlockException>(
            async () => await scope.CreateLease<BatchedModel>().RunAsync<string, string>("a"));
        Assert.Contains("batched", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_the_interface_is_named_with_the_remedy()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("plain");
        var failure = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await fixture.Manager.RunAsync<string, string>("plain", "a"));
        Assert.StartsWith(
            "Model 'plain' (SharedModels.Testing.FakeModel) does not implement IBatchModel<String, String>.", failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Working_memory_is_counted_for_each_input_and_limits_the_size()
    {
        // The model takes 10 of 100 bytes, so that 4 inputs of 20 bytes fit.
        await using var fixture = new BatchFixture(workingBytes: 20);
        var used = new List<long>();
        fixture.Model.OnBatch = (_, _) =>
        {
            used.Add(fixture.Manager.GetSnapshot().Devices[0].UsedBytes);
            return null;
        };
        var held = await fixture.OccupyAsync();
        var runs = Enumerable.Range(0, 6).Select(i => fixture.RunAsync($"{i}")).ToList();
        held.Dispose();
        await BatchFixture.AllOf(runs);
        Assert.Equal([4, 2], fixture.Sizes);
        Assert.Equal([90, 50], used);
        Assert.Equal(10, fixture.Manager.GetSnapshot().Devices[0].UsedBytes);
    }

    [Fact]
    public async Task Idle_models_leave_so_that_later_batches_are_larger()
    {
        await using var fixture = new BatchFixture(static options => options.MaxBatchSize = 4, workingBytes: 20);
        fixture.Manager.Add(new FakeModel(60, new FakeModelScript()), "idle");
        await fixture.Manager.PreloadAsync("idle");
        fixture.Model.OnBatch = (_, _) => SpinWait.SpinUntil(
            () => fixture.Sizes.Length > 1 || fixture.Manager.GetSnapshot().Devices[0].UsedBytes <= 30, TestBound.Wait) ? null : [];
        var held = await fixture.OccupyAsync();
        var runs = Enumerable.Range(0, 8).Select(i => fixture.RunAsync($"{i}")).ToList();
        held.Dispose();
        await BatchFixture.AllOf(runs);
        Assert.Equal([1, 4, 3], fixture.Sizes);
    }

    [Fact]
    public async Task With_a_delay_a_batch_starts_when_it_is_full_or_when_the_delay_is_over()
    {
        await using var fixture = new BatchFixture(static options =>
        {
            options.MaxBatchSize = 3;
            options.MaxBatchDelay = TimeSpan.FromSeconds(1);
        });
        await fixture.Manager.PreloadAsync("batched");
        var full = new[] { fixture.RunAsync("a"), fixture.RunAsync("b"), fixture.RunAsync("c") };
        await BatchFixture.AllOf(full);
        var late = new[] { fixture.RunAsync("d"), fixture.RunAsync("e") };
        Assert.Equal(2, fixture.Snapshot.QueuedRequests);
        fixture.Time.Advance(TimeSpan.FromSeconds(1.1));
        await BatchFixture.AllOf(late);
        Assert.Equal([3, 2], fixture.Sizes);
    }

    [Fact]
    public async Task A_delay_does_not_keep_other_models_from_the_device()
    {
        await using var fixture = new BatchFixture(static options => options.MaxBatchDelay = TimeSpan.FromHours(1));
        var waiting = fixture.RunAsync("a", new() { Priority = LeasePriority.High, Timeout = TimeSpan.FromHours(2) });
        using (await fixture.OccupyDeviceAsync().WaitAsync(TestBound.Wait))
            Assert.False(waiting.IsCompleted);

        // An ordinary lease on the model does not wait for the delay either.
        (await fixture.OccupyAsync().WaitAsync(TestBound.Wait)).Dispose();
        Assert.Equal("A", await waiting.WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task The_size_adapts_to_the_duration_that_is_aimed_at()
    {
        await using var fixture = new BatchFixture(static options => options.TargetBatchDuration = TimeSpan.FromMilliseconds(50));
        fixture.Model.OnBatch = (inputs, _) =>
        {
            fixture.Time.Advance(TimeSpan.FromMilliseconds(10 + (2 * inputs.Count)));
            return null;
        };
        for (var round = 0; round < 5; round++)
        {
            var held = await fixture.OccupyAsync();
            var runs = Enumerable.Range(0, 40).Select(i => fixture.RunAsync($"{i}")).ToList();
            held.Dispose();
            await BatchFixture.AllOf(runs);
        }

        // 10 ms + 20 × 2 ms = 50 ms.
        Assert.Equal(20, fixture.Sizes.Max());
        Assert.Equal([20, 20], fixture.Sizes[^2..]);
    }
}
