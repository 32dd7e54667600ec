using Microsoft.Extensions.Time.Testing;
using SharedModels.Testing;

namespace SharedModels.Tests.Coordination;

/// <summary>A logger that blocks delays only the code that logs.</summary>
public sealed class BlockingLoggerTests
{
    [Fact]
    public async Task A_blocked_log_entry_of_one_load_does_not_keep_other_loads_from_being_canceled()
    {
        using var log = new BlockingLogger("could not be loaded");
        await using var manager = new SharedModelManager(null, [new FakeAccelerator(100)], log.Factory, new FakeTimeProvider());
        var (begun, canceled) = (0, 0);
        for (var i = 0; i < 3; i++)
        {
            var id = $"m{i}";
            manager.Add(id, _ => new ScriptedModel { OnFootprint = static () => new(10, 10), OnLoad = HangAsync });
            _ = Task.Run(async () => await Record.ExceptionAsync(async () => await manager.FetchModelAsync<ScriptedModel>(id)));
        }

        await Condition.UntilAsync(() => Volatile.Read(ref begun) == 3);
        var shutdown = Task.Run(manager.BeginShutdown);
        await Condition.UntilAsync(() => Volatile.Read(ref canceled) == 3);
        await shutdown.WaitAsync(TestBound.Wait);
        await Condition.UntilAsync(() => log.IsBlocking);
        log.Open();

        async Task HangAsync(CancellationToken token)
        {
            Interlocked.Increment(ref begun);
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Increment(ref canceled);
            token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task A_blocked_log_entry_of_a_lost_device_keeps_no_caller_waiting_and_no_lease_held()
    {
        using var log = new BlockingLogger("is lost");
        await using var manager = new SharedModelManager(null, [new FakeAccelerator(100)], log.Factory, new FakeTimeProvider());
        manager.Add(new FakeModel(10), "a");
        var lease = await manager.FetchModelAsync<FakeModel>("a");
        var invocation = lease.InvokeAsync(static _ => throw new DeviceLostException("gone")).AsTask();
        lease.Dispose();
        await Assert.ThrowsAsync<DeviceLostException>(() => invocation.WaitAsync(TestBound.Wait));
        Assert.Equal(0, manager.GetSnapshot().Models[0].ActiveLeases);
        await Condition.UntilAsync(() => log.IsBlocking);
        log.Open();
    }

    /// <summary>A logger that blocks at the text until it is opened.</summary>
    private sealed class BlockingLogger : IDisposable
    {
        private readonly ManualResetEventSlim _open = new();
        private volatile bool _isBlocking;

        public BlockingLogger(string text) => Factory = new(text)
        {
            Act = () =>
            {
                _isBlocking = true;
                _open.Wait(TestBound.Wait);
            },
        };

        public ActingLogger Factory { get; }

        public bool IsBlocking => _isBlocking;

        public void Open() => _open.Set();

        public void Dispose() => _open.Set();
    }
}
