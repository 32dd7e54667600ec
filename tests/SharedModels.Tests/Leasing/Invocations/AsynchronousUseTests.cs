using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Invocations;

/// <summary>Asynchronous code that uses a model with <c>InvokeAsync</c>.</summary>
public sealed class AsynchronousUseTests
{
    private static string? Worker => Thread.CurrentThread.Name;

    [Fact]
    public async Task Code_starts_on_the_worker_and_continues_there()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var (started, continued, left) = await lease.InvokeAsync(async (_, ct) =>
        {
            var started = Worker;
            await Task.Yield();
            await Task.Delay(1, ct);
            var continued = Worker;
            await Task.Delay(1, ct).ConfigureAwait(false);
            return (started, continued, Worker);
        });
        Assert.Equal(("SharedModels fake:0 #0", "SharedModels fake:0 #0"), (started, continued));
        Assert.NotEqual(started, left);
    }

    [Fact]
    public async Task Every_shape_of_asynchronous_code_has_one_overload()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var token = CancellationToken.None;
        Assert.Equal(1, await lease.InvokeAsync(async (model, ct) => await RunAsync(model, ct)));
        Assert.Equal(1, await lease.InvokeAsync((model, ct) => RunAsync(model, ct), token));
        Assert.Equal(1, await lease.InvokeAsync(static async (model, ct) => await new ValueTask<int>(RunAsync(model, ct)), token));
        Assert.Equal(1, await lease.InvokeAsync(RunAsync, token));
        await lease.InvokeAsync((model, _) => Task.CompletedTask, token);
        await lease.InvokeAsync(async (model, ct) => await Task.Yield(), token);
        await lease.InvokeAsync(static async (model, ct) =>
        {
            await Task.Yield();
            model.Use();
        });
        await Assert.ThrowsAsync<FormatException>(async () => await lease.InvokeAsync((_, _) => throw new FormatException()));
        await Assert.ThrowsAsync<FormatException>(async () => await lease.InvokeAsync(async (_, _) => throw new FormatException()));
        await Assert.ThrowsAsync<FormatException>(
            async () => await lease.InvokeAsync(async (_, _) => await Task.FromException<int>(new FormatException())));
#pragma warning disable MA0022 // The test returns null on purpose.
        var nothing = await Assert.ThrowsAsync<InvalidOperationException>(async () => await lease.InvokeAsync((_, _) => null!));
#pragma warning restore MA0022
        Assert.Equal("The asynchronous code has returned null instead of a task.", nothing.Message);

        static Task<int> RunAsync(FakeModel model, CancellationToken cancellationToken) => Task.FromResult(model.Use());
    }

    [Fact]
    public async Task Synchronous_code_that_returns_a_task_is_rejected_with_the_remedy()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
#pragma warning disable SHM025 // The test passes such code on purpose.
        var wrong = await Assert.ThrowsAsync<NotSupportedException>(async () => await lease.InvokeAsync(static _ => Task.FromResult(1)));
#pragma warning restore SHM025
        Assert.Contains("Give the code a second parameter, the cancellation token", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disposed_lease_releases_the_model_when_the_task_has_completed()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        var gate = new TaskCompletionSource();
        var use = lease.InvokeAsync(async (model, _) =>
        {
            await gate.Task;
            return model.Use();
        }).AsTask();
        lease.Dispose();
        var next = fixture.FetchElsewhereAsync("a").AsTask();
        Assert.Equal((1, 1), (fixture["a"].ActiveLeases, fixture["a"].QueuedRequests));
        gate.SetResult();
        Assert.Equal(1, await use);
        (await next).Dispose();
    }

    [Fact]
    public async Task Calls_on_one_lease_run_one_after_the_other()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var (gate, steps) = (new TaskCompletionSource(), new List<string>());
        var first = lease.InvokeAsync(async (_, _) =>
        {
            steps.Add("first begins");
            await gate.Task;
            steps.Add("first ends");
        });
        var second = lease.InvokeAsync(_ => steps.Add("second"));
        gate.SetResult();
        await first;
        await second;
        Assert.Equal(["first begins", "first ends", "second"], steps);
    }

    [Fact]
    public async Task A_shutdown_waits_for_the_task()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        var gate = new TaskCompletionSource();
        var use = lease.InvokeAsync(async (_, _) => await gate.Task).AsTask();
        lease.Dispose();
        var stop = fixture.Manager.ShutdownAsync(CancellationToken.None);
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        await use;
        await stop;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_loss_of_the_device_is_recognized_in_an_exception_of_the_task(bool isOneOfSeveral)
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        await Assert.ThrowsAsync<DeviceLostException>(async () => await lease.InvokeAsync(async (_, _) =>
        {
            await Task.Yield();
            throw new DeviceLostException("It has fallen off the bus.");
        }));
        Assert.Equal(LeaseState.Lost, lease.State);

        await using var other = Create();
        await using var second = await other.FetchAsync("a");
        var several = isOneOfSeveral ? new Exception[] { new FormatException(), new DeviceLostException() } : [new FormatException()];
        await Assert.ThrowsAnyAsync<Exception>(
            async () => await second.InvokeAsync((_, _) => Task.WhenAll(several.Select(Task.FromException))));
        Assert.Equal(isOneOfSeveral ? LeaseState.Lost : LeaseState.Held, second.State);
    }

    [Fact]
    public async Task The_token_is_canceled_by_the_caller()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        using var caller = new CancellationTokenSource();
        var began = new TaskCompletionSource();
        var use = WaitAsync(lease, began, caller.Token);
        await began.Task;
        await caller.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => use);
        Assert.Equal(caller.Token, canceled.CancellationToken);
        Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));
    }

    [Fact]
    public async Task Code_whose_caller_has_canceled_before_its_turn_does_not_start()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        using var caller = new CancellationTokenSource();
        var (gate, hasStarted) = (new TaskCompletionSource(), false);
        var first = lease.InvokeAsync(async (_, _) => await gate.Task);
        var second = lease.InvokeAsync(
            (_, _) =>
            {
                hasStarted = true;
                return Task.CompletedTask;
            },
            caller.Token).AsTask();
        await caller.CancelAsync();
        gate.SetResult();
        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(hasStarted);
    }

    [Fact]
    public async Task Code_whose_lease_is_lost_before_its_turn_does_not_start()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        using var lease = await fixture.FetchAsync("a");
        var (began, gate, hasStarted) = (new TaskCompletionSource(), new TaskCompletionSource(), false);
        var first = lease.InvokeAsync(async (_, _) =>
        {
            began.SetResult();
            await gate.Task;
        });
        var second = lease.InvokeAsync((_, _) =>
        {
            hasStarted = true;
            return Task.CompletedTask;
        }).AsTask();
        await began.Task;
        fixture.Accelerator.Lose();
        gate.SetResult();
        await first;
        await Assert.ThrowsAsync<DeviceLostException>(() => second);
        Assert.False(hasStarted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_token_is_canceled_when_the_device_is_lost_also_after_the_lease_was_disposed(bool isDisposed)
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        using var lease = await fixture.FetchAsync("a");
        var began = new TaskCompletionSource();
        var use = WaitAsync(lease, began);
        await began.Task;
        if (isDisposed)
            lease.Dispose();
        fixture.Accelerator.Lose();
        Assert.IsAssignableFrom<OperationCanceledException>((await Assert.ThrowsAsync<DeviceLostException>(() => use)).InnerException);
        lease.Dispose();
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }

    [Fact]
    public async Task The_token_is_canceled_when_the_lease_is_held_too_long()
    {
        await using var fixture = new ManagerFixture(static options => options.Leasing.MaxHold = TimeSpan.FromMinutes(1));
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        var began = new TaskCompletionSource();
        var use = WaitAsync(lease, began);
        await began.Task;
        fixture.Time.Advance(TimeSpan.FromSeconds(61));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => use);
        Assert.Contains("SharedModels:Leasing:MaxHold", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_canceled_when_a_shutdown_stops_waiting()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var began = new TaskCompletionSource();
        var use = WaitAsync(lease, began);
        await began.Task;
        using var timeout = new CancellationTokenSource();
        var stop = fixture.Manager.ShutdownAsync(timeout.Token);
        Assert.False(use.IsCompleted);
        await timeout.CancelAsync();
        await stop;
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => use);
        Assert.Contains("the application is stopping", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_callback_of_the_token_that_blocks_does_not_block_the_worker()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        using var caller = new CancellationTokenSource();
        var (began, blocked, hasEnded) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var use = lease.InvokeAsync(
            async (_, ct) =>
            {
                ct.Register(() =>
                {
                    blocked.SetResult();
#pragma warning disable xUnit1031 // It blocks on purpose.
                    hasEnded.Task.Wait();
#pragma warning restore xUnit1031
                });
                began.SetResult();
                await blocked.Task;
            },
            caller.Token).AsTask();
        await began.Task;
        var cancel = Task.Run(caller.Cancel);
        await use;
        Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));
        hasEnded.SetResult();
        await cancel;
    }

    [Fact]
    public async Task Ambient_values_of_the_caller_flow_into_the_code_and_its_continuations()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var ambient = new AsyncLocal<string?> { Value = "caller" };
        Assert.Equal(("caller", "code"), await lease.InvokeAsync(async (_, _) =>
        {
            await Task.Yield();
            var seen = ambient.Value;
            ambient.Value = "code";
            await Task.Yield();
            return (seen, ambient.Value);
        }));
        Assert.Equal("caller", ambient.Value);
        Assert.Null(await ElsewhereAsync(async () => await lease.InvokeAsync(_ => ambient.Value)));
    }

    private static ManagerFixture Create()
    {
        var fixture = new ManagerFixture();
        fixture.Add("a");
        return fixture;
    }

    private static Task WaitAsync(
        IModelLease<FakeModel> lease, TaskCompletionSource began, CancellationToken cancellationToken = default) =>
        lease.InvokeAsync(
            async (_, ct) =>
            {
                began.SetResult();
                await Task.Delay(Timeout.Infinite, ct);
            },
            cancellationToken).AsTask();

    private static Task<T> ElsewhereAsync<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(work);
    }
}
