using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using SharedModels.Clustering;
using SharedModels.Diagnostics;
using SharedModels.Hosting;
using SharedModels.Orleans.Messages;
using SharedModels.Routing;

namespace SharedModels.Orleans.Callers;

/// <summary>The nodes that this process calls. Members and reports are read from the first call on.</summary>
internal sealed class ModelNodes : RoutedNodes<CalledNode>, IAsyncDisposable
{
    private static readonly TimeSpan FirstMembersTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan MembersPeriod = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause before a silo that does not serve calls is asked again.</summary>
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(30);

    /// <summary>The pause from which on such a silo does not count as a node. Gateways see new silos at different times.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly SafeLogger _logger;
    private readonly Lazy<Task> _ready;
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    public ModelNodes(IGrainFactory grains, IOptions<RemoteModelOptions> options, TimeProvider time, ILogger<ModelNodes> logger)
        : base(options.Value.Routing, time)
    {
        (_grains, _time, _logger) = (grains, time, new(logger));
        StartWarnings.Log(_logger, options.Value.Report.Warnings);
        _stopped = _stopping.Token;
        _ready = new(Start);
    }

    /// <summary>Identifies this process to nodes.</summary>
    public Guid Caller { get; } = Guid.NewGuid();

    /// <summary>Waits until the first members have answered, for a limited time.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) => _ready.Value.WaitAsync(cancellationToken);

    /// <summary>Indicates whether a silo that can be a node is known.</summary>
    public bool HasMembers => Nodes.Any(static node => !node.IsAbsent);

    public void Reject(ModelRoute route, CalledNode node, NodeRejection rejection, byte[]? report)
    {
        if (report is not null && TryRead(report) is { } load)
            Report(node, load);
        Reject(route, rejection);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var node in Nodes)
            node.Dispose();
        _stopping.Dispose();
    }

    private static NodeReport Read(byte[] report) => JsonSerializer.Deserialize(report, MessageJson.Default.NodeReport)!;

    private static NodeReport? TryRead(byte[] report)
    {
        try
        {
            return Read(report);
        }
        catch (JsonException)
        {
            // The rejection counts without its report.
            return null;
        }
    }

    private Task Start()
    {
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // The first caller can be a grain, whose scheduler and context are not for this work.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _running = Task.Run(() => RunAsync(known), CancellationToken.None);
        return known.Task;
    }

    private async Task RunAsync(TaskCompletionSource known)
    {
        var stopping = _stopped;
        var directory = _grains.GetGrain<IModelDirectoryGrain>(0);
        var watchers = new List<Task>();
        string? lastFailure = null;
        _ = CompleteAsync(Task.Delay(Timeout.Infinite, stopping), FirstMembersTimeout);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var members = await directory.GetNodesAsync().WaitAsync(ReportTimeout, _time, stopping).ConfigureAwait(false);
                var answers = Update(members, watchers);
                lastFailure = null;
                if (!known.Task.IsCompleted && answers.Count > 0)
                    _ = CompleteAsync(Task.WhenAll(answers), ReportTimeout);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                // A cluster that stays away is reported once.
                if (exception.Message != lastFailure)
                    Log.MembersUnknown(_logger, exception.Message);
                lastFailure = exception.Message;
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
            }

            watchers.RemoveAll(static watcher => watcher.IsCompleted);
            await Task.Delay(lastFailure is null ? MembersPeriod : ReconnectDelay, _time, stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        known.TrySetResult();
        await Task.WhenAll(watchers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Calls do not wait for nodes that hang.
        async Task CompleteAsync(Task answered, TimeSpan limit)
        {
            await answered.WaitAsync(limit, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            known.TrySetResult();
        }
    }

    /// <summary>Watches new members, and forgets silos that have left. Returns the first answers of new members.</summary>
    private List<Task> Update(string[] members, List<Task> watchers)
    {
        var known = Nodes.ToDictionary(static node => node.Id, StringComparer.Ordinal);
        foreach (var node in known.Values.Where(node => !members.Contains(node.Id)))
        {
            Remove(node.Id);
            _ = node.Removed.CancelAsync();
            node.Disconnect();
        }

        var answers = new List<Task>();
        foreach (var id in members.Where(id => !known.ContainsKey(id)))
        {
            var node = new CalledNode(id, _grains.GetGrain<IModelNodeGrain>(id));
            Add(id, node);
            var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            answers.Add(answered.Task);
            watchers.Add(WatchAsync(node, answered));
        }

        return answers;
    }

    /// <summary>Reads the reports of a node. They also show that the link to the node works.</summary>
    private async Task WatchAsync(CalledNode node, TaskCompletionSource answered)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopped, node.Removed.Token);
        var (instance, number, isConnected) = (0L, 0L, false);
        var pause = ReconnectDelay;
        string? lastFailure = null;
        while (!end.IsCancellationRequested)
        {
            try
            {
                var report = await ReadAsync(node, instance, number, end.Token).ConfigureAwait(false);
                if (!isConnected)
                    Log.NodeConnected(_logger, node.Id);
                (instance, number, isConnected, lastFailure, pause) = (report.Instance, report.Number, true, null, ReconnectDelay);
                Report(node, report);
                answered.TrySetResult();
            }
            catch (Exception) when (end.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                pause = exception is not NodeGoneException ? ReconnectDelay
                    : pause * 2 < LongestAbsence ? pause * 2 : LongestAbsence;
                Lose(node, isAbsent: pause > Absence);
                answered.TrySetResult();

                // A node that stays away is reported once.
                if (exception.Message != lastFailure)
                    Log.NodeLost(_logger, node.Id, exception.Message);
                (instance, number, isConnected, lastFailure) = (0, 0, false, exception.Message);
                await Task.Delay(pause, _time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        answered.TrySetResult();
    }

    /// <summary>
    /// Waits for the next report. A gateway that is lost takes reports of other silos with it, so a report that is missing is asked for
    /// again. If it arrives then, only the calls that were sent before the loss are ended.
    /// </summary>
    private async Task<NodeReport> ReadAsync(CalledNode node, long instance, long number, CancellationToken end)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(end);
        long? suspect = null;
        try
        {
            var reply = node.Grain.ReportAsync(Caller, instance, number, silence.Token);
            try
            {
                return Read(await reply.WaitAsync(ReportTimeout / 2, _time, end).ConfigureAwait(false));
            }
            catch (TimeoutException) when (!reply.IsFaulted)
            {
                suspect = node.Suspect();
                return Read(await reply.WaitAsync(ReportTimeout / 2, _time, end).ConfigureAwait(false));
            }
        }
        catch (TimeoutException) when (suspect is not null)
        {
            node.Disconnect(suspect.Value);
            var probe = node.Grain.ReportAsync(Caller, 0, 0, silence.Token);
            return Read(await probe.WaitAsync(ProbeTimeout, _time, end).ConfigureAwait(false));
        }
        finally
        {
            await silence.CancelAsync().ConfigureAwait(false);
        }
    }

    private void Report(CalledNode node, NodeReport report)
    {
        node.IsAbsent = false;
        Report(node.Id, report);
    }

    private void Lose(CalledNode node, bool isAbsent)
    {
        node.IsAbsent |= isAbsent;
        Disconnect(node.Id, isForgotten: isAbsent);
        node.Disconnect();
    }
}
