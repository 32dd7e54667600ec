using Microsoft.Extensions.Logging;
using SharedModels.Diagnostics;
using SharedModels.Leasing;
using SharedModels.Registration;
using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Coordination;

/// <summary>
/// Stops a manager: rejects new requests, waits for leases, and frees models. User code that hangs does not block the rest.
/// </summary>
internal sealed class ManagerShutdown(
    SchedulerGate gate,
    EffectRunner effects,
    ModelRegistry models,
    ModelExecutor executor,
    ILogger logger)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);

    private int _hasBegun;
    private volatile bool _isCutShort;

    /// <summary>True if the shutdown has run out of time. Code that is still running is abandoned.</summary>
    public bool IsCutShort => _isCutShort;

    /// <summary>
    /// Rejects all waiting and new requests, cancels loads and moves, and frees models when they become idle.
    /// </summary>
    /// <returns>True if this was the first call.</returns>
    public bool Begin()
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) == 1)
            return false;
        gate.Enter(
            (Models: models.All, executor),
            static (scheduler, now, call) =>
            {
                scheduler.BeginShutdown(now);
                foreach (var model in call.Models)
                    model.Canary?.Abandon();
                return true;
            },
            static (call, _) => call.executor.Stop(),
            isReportedElsewhere: true);
        return true;
    }

    /// <summary>Rejects new requests, and waits until there are no leases and no waiting requests.</summary>
    public Task BeginDrain()
    {
        gate.Enter(this, static (scheduler, now, _) => scheduler.BeginDrain(now));
        return effects.Drained;
    }

    /// <summary>
    /// Waits until every lease is released and every model is freed, and logs what it is waiting for. When the token is canceled, the
    /// remaining leases are lost.
    /// </summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        Begin();
        if (await WaitForAsync(effects.AtRest, cancellationToken).ConfigureAwait(false)
            && await WaitForCodeAsync(cancellationToken).ConfigureAwait(false))
            return;
        if (_isCutShort)
            return;
        _isCutShort = true;
        var left = gate.Enter(this, static (scheduler, _, _) =>
        {
            var records = LeaseService.Granted(scheduler);
            records.ForEach(static record => EffectRunner.Lose(record, LeaseEnd.Stopped));
            return records;
        });
        effects.LoseAll(left);
        if (Describe() is { Length: > 0 } description)
            Log.LeftAtShutdown(logger, description);
    }

    /// <summary>Waits until every model that is not in use is freed.</summary>
    public Task WaitForModelsAsync(TimeSpan timeout) =>
        _isCutShort ? Task.CompletedTask : WaitAtMostAsync(effects.OnlyLeasesLeft, timeout);

    /// <summary>
    /// Disposes objects that were never loaded or whose load failed. They are disposed concurrently, so that one that hangs does not block
    /// the others.
    /// </summary>
    /// <param name="timeout">The maximum time of a disposal.</param>
    /// <param name="isAwaited">False to return immediately.</param>
    public async Task DisposeUnloadedAsync(TimeSpan timeout, bool isAwaited)
    {
        var limit = new OperationLimit(timeout, gate.Clock.Time, CancellationToken.None);
        var unloaded = gate.Read(
            models, static (_, _, models) => MembersOf(models).Where(static model => model.Scheduled.IsFreed).ToList());

        // An object whose code hangs is disposed when the code has ended. This does not block the shutdown.
        var hanging = unloaded.Where(static model => model.Runtime.IsHanging).ToList();
        _ = Task.WhenAll(hanging.Select(model => model.DisposeAsync(limit, logger)));
        var disposals = Task.WhenAll(unloaded.Except(hanging).Select(model => model.DisposeAsync(limit, logger)));
        if (isAwaited)
            await disposals.ConfigureAwait(false);
    }

    private static IEnumerable<RegisteredModel> MembersOf(ModelRegistry models) => models.All.SelectMany(static model => model.Members);

    private async Task WaitAtMostAsync(Task task, TimeSpan timeout) =>
        await task.WaitAsync(timeout, gate.Clock.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Waits for abandoned loads and moves. Their objects are disposed when the code has ended.</summary>
    private async Task<bool> WaitForCodeAsync(CancellationToken cancellationToken) =>
        await WaitForAsync(Task.WhenAll(effects.StillRunning.Keys), cancellationToken).ConfigureAwait(false);

    private async Task<bool> WaitForAsync(Task task, CancellationToken cancellationToken)
    {
        while (!task.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            await task.WaitAsync(ReportInterval, gate.Clock.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!task.IsCompleted && !cancellationToken.IsCancellationRequested && Describe() is { Length: > 0 } description)
                Log.WaitingAtShutdown(logger, description);
        }

        return task.IsCompleted;
    }

    /// <summary>Lists the leases, models and code that keep the manager from stopping.</summary>
    private string Describe()
    {
        var (leases, steps) = gate.Read(models, static (scheduler, _, models) => (
            LeaseService.Granted(scheduler).Select(static record => record.Model.Id).Distinct().Order(StringComparer.Ordinal).ToList(),
            MembersOf(models)
                .Where(static model => model.Scheduled is { Users: 0, IsFreed: false })
                .Select(static model => $"{model.Id} ({model.Scheduled.Residency})")
                .Order(StringComparer.Ordinal)
                .ToList()));
        var code = effects.StillRunning.Values.Distinct().Order(StringComparer.Ordinal).ToList();
        string[] parts =
        [
            leases.Count == 0 ? "" : $"leases on {string.Join(", ", leases)}",
            steps.Count == 0 ? "" : $"models that are not freed yet: {string.Join(", ", steps)}",
            code.Count == 0 ? "" : $"code of {string.Join(", ", code)} that was canceled and is still running",
        ];
        return string.Join("; ", parts.Where(static part => part.Length > 0));
    }
}
