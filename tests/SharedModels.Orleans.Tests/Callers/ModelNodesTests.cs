using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Orleans.Callers;
using SharedModels.Orleans.Messages;
using SharedModels.Routing;

namespace SharedModels.Orleans.Tests.Callers;

public sealed class ModelNodesTests
{
    [Fact]
    public async Task A_member_that_is_not_a_node_is_rarely_asked_and_does_not_count()
    {
        var (time, requests) = (new RecordingTime(), 0);
        var directory = GrainProxy.Create<IModelDirectoryGrain>(static (_, _) => Task.FromResult<string[]>(["silo"]));
        var node = GrainProxy.Create<IModelNodeGrain>((_, _) =>
        {
            Interlocked.Increment(ref requests);
            return Task.FromException<byte[]>(new NodeGoneException("Gone."));
        });
        var grains = GrainProxy.Create<IGrainFactory>(
            (method, _) => method.ReturnType == typeof(IModelDirectoryGrain) ? directory : node);
        await using var nodes = new ModelNodes(grains, Options.Create(new RemoteModelOptions()), time, NullLogger<ModelNodes>.Instance);
        var ready = nodes.ReadyAsync(default);
        await Condition.UntilAsync(() => Volatile.Read(ref requests) > 0);
        Assert.True(nodes.HasMembers);

        await Condition.UntilAsync(() => Volatile.Read(ref requests) >= 11, () => time.Advance(TimeSpan.FromMilliseconds(500)));

        Assert.Contains(TimeSpan.FromSeconds(30), time.Timers);
        Assert.False(nodes.HasMembers);
        Assert.False(nodes.CanServe(new ModelDemand("echo")));
        await ready.WaitAsync(TestBound.Wait);
    }

    /// <summary>A clock that remembers the waits.</summary>
    private sealed class RecordingTime() : FakeTimeProvider(DateTimeOffset.UnixEpoch)
    {
        public ConcurrentQueue<TimeSpan> Timers { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers.Enqueue(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
