using System.Collections.Concurrent;
using System.Text.Json;
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

    [Fact]
    public async Task A_report_that_arrives_just_as_it_is_late_loses_no_node()
    {
        var first = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (time, requests, late) = (new RecordingTime(), 0, TimeSpan.FromSeconds(1.25));
        time.Elapsing = due =>
        {
            if (due == late)
                first.TrySetResult(JsonSerializer.SerializeToUtf8Bytes(
                    new() { Node = "silo", Instance = 1, Number = 1, IsComplete = true, Serves = ["echo"] },
                    MessageJson.Default.NodeReport));
        };
        var directory = GrainProxy.Create<IModelDirectoryGrain>(static (_, _) => Task.FromResult<string[]>(["silo"]));
        var node = GrainProxy.Create<IModelNodeGrain>((_, _) =>
            Interlocked.Increment(ref requests) == 1 ? first.Task : new TaskCompletionSource<byte[]>().Task);
        var grains = GrainProxy.Create<IGrainFactory>(
            (method, _) => method.ReturnType == typeof(IModelDirectoryGrain) ? directory : node);
        await using var nodes = new ModelNodes(grains, Options.Create(new RemoteModelOptions()), time, NullLogger<ModelNodes>.Instance);
        var ready = nodes.ReadyAsync(default);
        await Condition.UntilAsync(() => time.Timers.Contains(late));

        time.Advance(late);

        await Condition.UntilAsync(() => Volatile.Read(ref requests) == 2);
        Assert.True(nodes.IsServed(new ModelDemand("echo")));
        await ready.WaitAsync(TestBound.Wait);
    }

    /// <summary>A clock that remembers the waits.</summary>
    private sealed class RecordingTime() : FakeTimeProvider(DateTimeOffset.UnixEpoch)
    {
        /// <summary>Receives the wait of each timer that elapses, before its own callback.</summary>
        public Action<TimeSpan>? Elapsing { get; set; }

        public ConcurrentQueue<TimeSpan> Timers { get; } = new();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers.Enqueue(dueTime);
            return base.CreateTimer(
                known =>
                {
                    Elapsing?.Invoke(dueTime);
                    callback(known);
                },
                state,
                dueTime,
                period);
        }
    }
}
