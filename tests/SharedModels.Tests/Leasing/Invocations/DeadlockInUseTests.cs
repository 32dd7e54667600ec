using SharedModels.Testing;

namespace SharedModels.Tests.Leasing.Invocations;

/// <summary>Code that runs on a lease and requests a lease that it can only get when it has ended.</summary>
public sealed class DeadlockInUseTests
{
    public static TheoryData<string, bool> Requests
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var request in (string[])["fetch", "acquire", "acquire all"])
            {
                data.Add(request, true);
                data.Add(request, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Code_of_a_scope_that_requests_a_lease_of_another_holder_learns_of_the_deadlock(string request, bool isSame)
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        await lease.AcquireAsync();
        var failure = await Assert.ThrowsAsync<LeaseDeadlockException>(async () => await lease.InvokeAsync(async (_, _) =>
        {
            await Task.Yield();
            await Task.Yield();
            await RequestAsync(fixture, request, isSame ? "a" : "b");
        }));
        Assert.Contains("the holder of 'a' waits for", failure.Message, StringComparison.Ordinal);
        Assert.Equal(LeaseState.Held, lease.State);
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("acquire")]
    [InlineData("acquire all")]
    public async Task So_does_synchronous_code_that_blocks(string request)
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        await lease.AcquireAsync();
#pragma warning disable xUnit1031 // It blocks on purpose.
        await Assert.ThrowsAsync<LeaseDeadlockException>(async () => await lease.InvokeAsync(
            _ => RequestAsync(fixture, request, "b").WaitAsync(TestBound.Wait).GetAwaiter().GetResult()));
#pragma warning restore xUnit1031
    }

    [Fact]
    public async Task So_does_the_iterator_of_a_stream()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        await Assert.ThrowsAsync<LeaseDeadlockException>(async () => await lease.StreamAsync((_, _) => Items()).ToListAsync());

        async IAsyncEnumerable<int> Items()
        {
            yield return 1;
            (await fixture.FetchAsync("b")).Dispose();
        }
    }

    [Fact]
    public async Task Code_may_acquire_further_leases_of_its_own_scope()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var (a, b) = (scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b"));
        await a.AcquireAsync();
        Assert.Equal(1, await a.InvokeAsync(async (_, ct) =>
        {
            await b.AcquireAsync(ct);
            return await b.InvokeAsync(static model => model.Use(), ct);
        }));
    }

    [Fact]
    public async Task Two_uses_that_request_each_other_s_models_are_a_deadlock_that_is_found_immediately()
    {
        await using var fixture = Create(slots: 4);
        var (one, two) = (new TaskCompletionSource(), new TaskCompletionSource());
        Task[] uses = [Task.Run(() => CrossAsync("a", "b", one, two.Task)), Task.Run(() => CrossAsync("b", "a", two, one.Task))];
        await Assert.ThrowsAsync<LeaseDeadlockException>(() => Task.WhenAll(uses).WaitAsync(TestBound.Wait));
        Assert.Equal(1, uses.Count(static use => use.IsFaulted));

        async Task CrossAsync(string first, string second, TaskCompletionSource mine, Task other)
        {
            await using var scope = fixture.Manager.CreateScope();
            var lease = scope.CreateLease<FakeModel>(first);
            await lease.AcquireAsync();
            await lease.InvokeAsync(async (_, ct) =>
            {
                mine.SetResult();
                await other;
                await RequestAsync(fixture, "acquire", second);
            });
        }
    }

    [Fact]
    public async Task A_request_after_the_use_waits_as_usual()
    {
        await using var fixture = Create();
        await using var scope = fixture.Manager.CreateScope();
        var lease = scope.CreateLease<FakeModel>("a");
        await lease.AcquireAsync();
        var gate = new TaskCompletionSource();
        var request = Task.CompletedTask;
        await lease.InvokeAsync((_, _) =>
        {
            request = LateAsync();
            return Task.CompletedTask;
        });
        gate.SetResult();
        await Condition.UntilAsync(() => fixture["b"].QueuedRequests == 1);
        lease.Dispose();
        await request;

        async Task LateAsync()
        {
            await gate.Task;
            await RequestAsync(fixture, "acquire", "b");
        }
    }

    private static async Task RequestAsync(ManagerFixture fixture, string request, string id)
    {
        await using var scope = fixture.Manager.CreateScope();
        switch (request)
        {
            case "fetch":
                (await fixture.FetchAsync(id)).Dispose();
                break;
            case "acquire":
                await scope.CreateLease<FakeModel>(id).AcquireAsync();
                break;
            default:
                scope.CreateLease<FakeModel>(id);
                await scope.AcquireAllAsync();
                break;
        }
    }

    private static ManagerFixture Create(int slots = 1)
    {
        var fixture = new ManagerFixture(options => options.Devices["fake:0"] = new() { MaxConcurrentHolders = slots });
        fixture.Add("a");
        fixture.Add("b");
        return fixture;
    }
}
