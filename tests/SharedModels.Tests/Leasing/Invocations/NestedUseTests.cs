using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Invocations;

/// <summary>Code that uses a model and calls <c>InvokeAsync</c> or continues in unusual ways.</summary>
public sealed class NestedUseTests
{
    private static string? Worker => Thread.CurrentThread.Name;

    [Fact]
    public async Task Code_in_asynchronous_code_runs_immediately_and_to_its_end()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var steps = new List<string>();
        await lease.InvokeAsync(async (_, ct) =>
        {
            await Task.Yield();
            var inner = lease.InvokeAsync(
                async (_, ct) =>
                {
                    steps.Add("inner begins");
                    await Task.Delay(1, ct);
                    steps.Add($"inner ends on {Worker}");
                },
                ct);
            steps.Add("outer continues");
            await inner;
            await lease.InvokeAsync(_ => steps.Add($"synchronous code on {Worker}"), ct);
        });
        Assert.Equal(
            [
                "inner begins", "inner ends on SharedModels fake:0 #0", "outer continues", "synchronous code on SharedModels fake:0 #0",
            ],
            steps);
    }

    [Fact]
    public async Task Asynchronous_code_in_synchronous_code_that_blocks_on_it_does_not_wait_for_itself()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal(
            1,
            await lease.InvokeAsync(_ => Blocked(lease.InvokeAsync(async (model, _) =>
            {
                await Task.Yield();
                return model.Use();
            }))));
    }

    [Fact]
    public async Task Synchronous_code_in_asynchronous_code_may_block_on_tasks()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal(2, await lease.InvokeAsync(async (_, ct) =>
        {
            await Task.Yield();
            return await lease.InvokeAsync(_ => Blocked(new ValueTask<int>(TwoAsync())), ct);
        }));

        static async Task<int> TwoAsync()
        {
            await Task.Yield();
            return 2;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Code_that_has_left_the_worker_returns_to_it_and_does_not_wait_for_itself(bool isAsynchronous)
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        Assert.Equal("SharedModels fake:0 #0", await lease.InvokeAsync(async (_, ct) =>
        {
            await Task.Delay(1, ct).ConfigureAwait(false);
            return isAsynchronous
                ? await lease.InvokeAsync(InnerAsync, ct).ConfigureAwait(false)
                : await lease.InvokeAsync(static _ => Worker, ct).ConfigureAwait(false);
        }));
    }

    private static async Task<string?> InnerAsync(FakeModel model, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return Worker;
    }

    [Fact]
    public async Task Code_that_uses_leases_on_two_devices_crosswise_does_not_wait_for_itself()
    {
        await using var fixture = Create();
        fixture.Manager.Add(new Plain(), "plain");
        await using var scope = fixture.Manager.CreateScope();
        var (a, plain) = (scope.CreateLease<FakeModel>("a"), scope.CreateLease<Plain>("plain"));
        await scope.AcquireAllAsync();
        Assert.Equal((Device.Cpu, 1), (plain.Device, await a.InvokeAsync(
            async (_, ct) => await plain.InvokeAsync(async (_, ct) => await a.InvokeAsync(static model => model.Use(), ct), ct))));
    }

    [Fact]
    public async Task What_the_code_did_not_await_continues_after_its_end_on_the_thread_pool()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var (gate, late) = (new TaskCompletionSource(), new TaskCompletionSource<string?>());
        await lease.InvokeAsync((_, _) =>
        {
            _ = LateAsync();
            return Task.CompletedTask;
        });
        gate.SetResult();
        Assert.NotEqual("SharedModels fake:0 #0", await late.Task);

        async Task LateAsync()
        {
            await gate.Task;
            late.SetResult(Worker);
        }
    }

    [Fact]
    public async Task A_call_after_the_end_of_the_code_that_started_it_gets_its_turn()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var gate = new TaskCompletionSource();
        var late = Task.FromResult(0);
        await lease.InvokeAsync((_, _) =>
        {
            late = LateAsync();
            return Task.CompletedTask;
        });
        gate.SetResult();
        Assert.Equal(1, await late);

        async Task<int> LateAsync()
        {
            await gate.Task.ConfigureAwait(false);
            return await lease.InvokeAsync(static model => model.Use());
        }
    }

    [Fact]
    public async Task An_exception_of_an_async_void_method_fails_the_code_that_called_it()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var failed = new TaskCompletionSource();
        await Assert.ThrowsAsync<FormatException>(async () => await lease.InvokeAsync(async (_, _) =>
        {
            Fail();
            await failed.Task;
            await Task.Yield();
        }));
        Assert.Equal(1, await lease.InvokeAsync(static model => model.Use()));

        async void Fail()
        {
            await Task.Yield();
            failed.SetResult();
            throw new FormatException();
        }
    }

    [Fact]
    public async Task Work_is_sent_to_the_worker_and_its_exception_to_the_sender()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var sent = await lease.InvokeAsync(async (_, _) =>
        {
            var context = SynchronizationContext.Current!;
            string? direct = null;
            context.Send(_ => direct = Worker, null);
            return await Task.Run(() =>
            {
                string? sent = null;
                context.Send(_ => sent = Worker, null);
                Assert.Throws<FormatException>(() => context.Send(static _ => throw new FormatException(), null));
                return (direct, sent, context.CreateCopy() == context);
            });
        });
        Assert.Equal(("SharedModels fake:0 #0", "SharedModels fake:0 #0", true), sent);
    }

    private static ManagerFixture Create()
    {
        var fixture = new ManagerFixture();
        fixture.Add("a");
        return fixture;
    }

#pragma warning disable SHM012, xUnit1031 // Blocks on purpose: that is what these tests check.
    private static T Blocked<T>(ValueTask<T> task)
    {
        var result = task.AsTask();
        Assert.True(result.Wait(TestBound.Wait));
        return result.Result;
    }
#pragma warning restore SHM012, xUnit1031

    private sealed class Plain;
}
