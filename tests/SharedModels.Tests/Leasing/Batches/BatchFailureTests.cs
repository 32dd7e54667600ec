using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Batches;

/// <summary>Batches that fail, are canceled, or lose their device.</summary>
public sealed class BatchFailureTests
{
    private static readonly TimeSpan Long = TestBound.Wait;

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(32)]
    public async Task Only_the_caller_of_the_failing_input_gets_the_exception(int size)
    {
        await using var fixture = new BatchFixture();
        for (var guilty = 0; guilty < size; guilty += 3)
        {
            fixture.Model.Batches.Clear();
            var bad = $"i{guilty}";
            fixture.Model.OnBatch = (inputs, _) => inputs.Contains(bad) ? throw new InvalidDataException("bad input") : null;
            var held = await fixture.OccupyAsync();
            var runs = Enumerable.Range(0, size).Select(i => fixture.RunAsync($"i{i}")).ToList();
            held.Dispose();
            for (var i = 0; i < size; i++)
            {
                if (i == guilty)
                    Assert.Equal("bad input", (await Assert.ThrowsAsync<InvalidDataException>(() => runs[i].WaitAsync(Long))).Message);
                else
                    Assert.Equal($"I{i}", await runs[i].WaitAsync(Long));
            }

            Assert.True(fixture.Model.Batches.Count - 1 <= 2 * Math.Ceiling(Math.Log2(size)), $"{fixture.Model.Batches.Count} runs");
        }
    }

    [Fact]
    public async Task A_model_that_must_not_run_twice_fails_as_a_whole()
    {
        await using var fixture = new BatchFixture(static options => options.BatchFailure = BatchFailure.Fail);
        fixture.Model.OnBatch = static (_, _) => throw new InvalidDataException("bad input");
        var held = await fixture.OccupyAsync();
        var runs = new[] { fixture.RunAsync("a"), fixture.RunAsync("b"), fixture.RunAsync("c") };
        held.Dispose();
        foreach (var run in runs)
            await Assert.ThrowsAsync<InvalidDataException>(() => run.WaitAsync(Long));
        Assert.Equal([3], fixture.Sizes);
    }

    [Theory]
    [InlineData(0, "no list of outputs")]
    [InlineData(2, "2 outputs")]
    [InlineData(4, "4 outputs")]
    public async Task Too_few_or_too_many_outputs_are_an_error_with_both_counts(int outputs, string expected)
    {
        await using var fixture = new BatchFixture();
        fixture.Model.OnBatch = (_, _) => [.. Enumerable.Repeat("x", outputs)];
        fixture.Model.ReturnsNull = outputs == 0;
        var held = await fixture.OccupyAsync();
        var runs = new[] { fixture.RunAsync("a"), fixture.RunAsync("b"), fixture.RunAsync("c") };
        held.Dispose();
        foreach (var run in runs)
        {
            var failure = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => run.WaitAsync(Long));
            Assert.Contains($"returned {expected} for a batch of 3 inputs", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal([3], fixture.Sizes);
    }

    [Fact]
    public async Task A_canceled_input_leaves_the_queue_and_the_others_run()
    {
        await using var fixture = new BatchFixture();
        using var cancellation = new CancellationTokenSource();
        var held = await fixture.OccupyAsync();
        var runs = new[] { fixture.RunAsync("a"), fixture.RunAsync("b", null, cancellation.Token), fixture.RunAsync("c") };
        await cancellation.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runs[1].WaitAsync(Long));
        Assert.Equal(cancellation.Token, canceled.CancellationToken);
        Assert.Equal(2, fixture.Snapshot.QueuedRequests);
        held.Dispose();
        await BatchFixture.AllOf([runs[0], runs[2]]);
        Assert.Equal([["a", "c"]], fixture.Model.Batches);
    }

    [Fact]
    public async Task A_granted_input_that_is_canceled_before_the_batch_starts_does_not_run()
    {
        await using var fixture = new BatchFixture();
        using var cancellation = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        await using var lease = await fixture.Manager.FetchModelAsync<BatchedModel>();

        // The worker is busy with the code of a lease that is released before its code has ended.
        var busy = lease.InvokeAsync(_ => gate.Wait(Long, CancellationToken.None)).AsTask();
        fixture.Model.OnBatch = (_, _) => null;
        var runs = new[] { fixture.RunAsync("a", null, cancellation.Token), fixture.RunAsync("b") };
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runs[0].WaitAsync(Long));
        gate.Set();
        await busy;
        lease.Dispose();
        Assert.Equal("B", await runs[1].WaitAsync(Long));
        Assert.Equal([["b"]], fixture.Model.Batches);
    }

    [Fact]
    public async Task The_token_of_a_batch_is_canceled_when_all_its_callers_have_canceled()
    {
        await using var fixture = new BatchFixture();
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        using var started = new SemaphoreSlim(0);
        var isStopped = new TaskCompletionSource();
        fixture.Model.OnBatch = (_, token) =>
        {
            started.Release();
            token.Register(isStopped.SetResult);
            if (token.WaitHandle.WaitOne(Long))
                token.ThrowIfCancellationRequested();
            return null;
        };
        var held = await fixture.OccupyAsync();
        var runs = new[] { fixture.RunAsync("a", null, first.Token), fixture.RunAsync("b", null, second.Token) };
        held.Dispose();
        Assert.True(await started.WaitAsync(Long));
        await first.CancelAsync();
        Assert.False(isStopped.Task.IsCompleted);
        await second.CancelAsync();
        await isStopped.Task.WaitAsync(Long);
        foreach (var (run, source) in runs.Zip([first, second]))
        {
            var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Long));
            Assert.Equal(source.Token, canceled.CancellationToken);
        }

        Assert.Equal([2], fixture.Sizes);
    }

    [Fact]
    public async Task Only_the_input_that_waits_too_long_times_out()
    {
        await using var fixture = new BatchFixture();
        var held = await fixture.OccupyAsync();
        var late = fixture.RunAsync("a", new() { Timeout = TimeSpan.FromSeconds(1) });
        var patient = fixture.RunAsync("b", new() { Timeout = Timeout.InfiniteTimeSpan });
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        var failure = await Assert.ThrowsAsync<LeaseTimeoutException>(() => late.WaitAsync(Long));
        Assert.Equal("batched", failure.ModelId);
        held.Dispose();
        Assert.Equal("B", await patient.WaitAsync(Long));
    }

    [Fact]
    public async Task Inputs_beyond_a_full_queue_are_rejected()
    {
        await using var fixture = new ManagerFixture(static options => options.Leasing.MaxQueueLength = 2);
        var model = new BatchedModel();
        fixture.Manager.Add(model, "batched");
        var held = await fixture.Manager.FetchModelAsync("batched");
        var runs = Enumerable.Range(0, 3).Select(i => fixture.Manager.RunAsync<string, string>("batched", $"{i}").AsTask()).ToList();
        await Assert.ThrowsAsync<LeaseRejectedException>(() => runs[2].WaitAsync(Long));
        held.Dispose();
        await Task.WhenAll(runs[..2]).WaitAsync(Long);
    }

    [Fact]
    public async Task Out_of_memory_halves_the_size_that_is_tried_next()
    {
        await using var fixture = new BatchFixture();
        fixture.Model.OnBatch = static (inputs, _) =>
            inputs.Count > 10 ? throw new DeviceOutOfMemoryException("full") : null;
        for (var round = 0; round < 2; round++)
        {
            var held = await fixture.OccupyAsync();
            var runs = Enumerable.Range(0, 32).Select(i => fixture.RunAsync($"i{i}")).ToList();
            held.Dispose();
            Assert.Equal(Enumerable.Range(0, 32).Select(static i => $"I{i}"), await BatchFixture.AllOf(runs));
        }

        // 32 fails, 16 fails twice, 8 succeeds four times. Afterwards, no batch is larger than 8, and full ones raise the limit by one.
        Assert.Equal([32, 16, 8, 8, 16, 8, 8], fixture.Sizes[..7]);
        Assert.Equal([8, 9, 10, 5], fixture.Sizes[7..]);
    }

    [Fact]
    public async Task A_lost_device_ends_all_inputs_of_the_batch_and_nothing_is_run_again()
    {
        await using var fixture = new BatchFixture();
        fixture.Model.OnBatch = static (_, _) => throw new DeviceLostException("gone");
        var held = await fixture.OccupyAsync();
        var runs = new[] { fixture.RunAsync("a"), fixture.RunAsync("b"), fixture.RunAsync("c") };
        held.Dispose();
        foreach (var run in runs)
            await Assert.ThrowsAsync<DeviceLostException>(() => run.WaitAsync(Long));
        Assert.Equal([3], fixture.Sizes);
        Assert.NotNull(fixture.Manager.GetSnapshot().Devices[0].Error);
    }

    [Fact]
    public async Task A_shutdown_waits_for_the_running_batch_and_rejects_waiting_inputs()
    {
        await using var fixture = new BatchFixture();
        using var gate = new ManualResetEventSlim();
        fixture.Model.OnBatch = (_, token) => gate.Wait(Long, token) ? null : throw new TimeoutException();
        var running = fixture.RunAsync("a");
        await Condition.UntilAsync(() => fixture.Sizes.Length == 1);
        var waiting = fixture.RunAsync("b");
        var shutdown = fixture.Manager.ShutdownAsync(CancellationToken.None);
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => waiting.WaitAsync(Long));
        Assert.False(shutdown.IsCompleted);
        gate.Set();
        Assert.Equal("A", await running.WaitAsync(Long));
        await shutdown.WaitAsync(Long);
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => fixture.RunAsync("c").WaitAsync(Long));
    }
}
