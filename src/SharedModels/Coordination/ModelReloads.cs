using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Batches;
using SharedModels.Registration;
using SharedModels.Residency;
using SharedModels.Scheduling.Versions;

namespace SharedModels.Coordination;

/// <summary>
/// Replaces models by new versions without downtime. The new version is loaded and warmed up next to the old one, and takes over for new
/// requests at one moment, after a trial if one is configured. The old one is freed when its last lease ends.
/// </summary>
internal sealed class ModelReloads(
    SchedulerGate gate, ModelOperations operations, ModelRegistry models, BatchServices batches, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (RegisteredModel Model, Task Task)> _running = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Starts a reload, or returns the running reload of the same model.</summary>
    /// <exception cref="NotSupportedException">The model was registered as an object.</exception>
    public Task ReloadAsync(RegisteredModel model)
    {
        if (!model.Runtime.CanReload)
        {
            throw new NotSupportedException(
                $"Model '{model.Id}' cannot be reloaded: it was registered as an object. Register it with a factory, for example with "
                + "Add<T>(id, factory).");
        }

        lock (_lock)
        {
            // Another model can have taken the id of one that was removed during its reload.
            if (_running.TryGetValue(model.Id, out var running) && running.Model.Serving == model)
                return running.Task;
            var task = DetachedTask.Run(() => RunAsync(model));
            _running[model.Id] = (model, task);
            return task;
        }
    }

    /// <summary>Reloads the models whose own options have changed. Failures are logged.</summary>
    public void ReloadChanged(IEnumerable<(RegisteredModel Model, ModelOptions Before, ModelOptions Now)> models)
    {
        foreach (var (model, before, now) in models)
        {
            if (now.ReloadOnChange == true && before.OwnSettings != now.OwnSettings && model.Runtime.CanReload)
                _ = ReloadChangedAsync(model);
        }
    }

    /// <summary>Reloads a model whose options have changed. A reload that is running may have read the old ones.</summary>
    private async Task ReloadChangedAsync(RegisteredModel model)
    {
        Task? running;
        lock (_lock)
            running = _running.GetValueOrDefault(model.Id).Task;
        if (running is not null)
        {
            gate.Enter(model, static (_, _, model) => model.Canary?.Fail("the model's options have changed"));
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            await ReloadAsync(models.Find(model.Id, typeof(object))).ConfigureAwait(false);
        }
        catch (ModelLeaseException)
        {
            // It has been logged, or the model was removed.
        }
    }

    private async Task<bool> RunAsync(RegisteredModel model)
    {
        try
        {
            await ReplaceAsync(model).ConfigureAwait(false);
            return true;
        }
        catch (ModelLeaseException exception)
        {
            Log.ReloadFailed(logger, exception, model.Id);
            throw;
        }
        finally
        {
            lock (_lock)
            {
                if (_running.GetValueOrDefault(model.Id).Model == model)
                    _running.Remove(model.Id);
            }
        }
    }

    private async Task ReplaceAsync(RegisteredModel model)
    {
        var next = model.CreateNextVersion(batches);
        models.AddVersion(next);
        var fits = gate.Enter((model, next), static (scheduler, now, call) =>
        {
            call.next.AddTo(scheduler, now);
            VersionSet.Add(call.model.Scheduled, call.next.Scheduled);
            return scheduler.CanHoldTwice(call.model.Scheduled);
        });
        try
        {
            if (model.Options.CanaryFor is { } time && time > TimeSpan.Zero)
                await TryAsync(model, next, time, fits).ConfigureAwait(false);
            else if (fits)
                await operations.PreloadAsync(next, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            _ = operations.Free(next, servesWaiting: true);
            throw;
        }

        if (!TryTakeOver(model, next))
        {
            _ = operations.Free(next);
            throw new UnknownModelException($"Model '{model.Id}' was removed while it was being reloaded.") { ModelId = model.Id };
        }

        _ = operations.Free(model, servesWaiting: true);

        // The old version had to leave before the new one could come.
        if (!fits)
            await operations.PreloadAsync(next, CancellationToken.None).ConfigureAwait(false);
        Log.ModelReloaded(logger, next.Id, next.Version);
    }

    /// <summary>Serves a share of the requests with the new version for some time.</summary>
    /// <exception cref="ModelRolledBackException">The new version is worse.</exception>
    private async Task TryAsync(RegisteredModel model, RegisteredModel next, TimeSpan time, bool fits)
    {
        if (!fits)
        {
            throw new ModelLeaseException(
                $"Model '{model.Id}' cannot be reloaded with a trial, because the memory budgets do not allow two versions at a time. "
                + $"Raise the budget, or set SharedModels:Models:{model.Id}:{nameof(ModelOptions.CanaryFor)} to 00:00:00.")
            {
                ModelId = model.Id,
            };
        }

        await operations.PreloadAsync(next, CancellationToken.None).ConfigureAwait(false);
        var share = model.Options.CanaryShare ?? ModelOptions.DefaultCanaryShare;
        var canary = new Canary(model, next, share);
        gate.Enter((canary, batches.Changes), static (scheduler, now, call) =>
        {
            call.canary.Begin(scheduler.IsShuttingDown);
            call.Changes.NoteVersion(SharedModelsChangeKind.CanaryStarted, call.canary.Next.Scheduled, now);
        });
        Log.CanaryStarted(logger, next.Id, next.Version, time.TotalSeconds, share);
        try
        {
            await canary.Ended.WaitAsync(time, gate.Clock.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
        }

        var isShuttingDown = gate.Enter((canary, batches.Changes), static (scheduler, now, call) =>
        {
            var canary = call.canary;
            canary.End();
            if (canary.Verdict is { } verdict)
                call.Changes.NoteVersion(SharedModelsChangeKind.RolledBack, canary.Next.Scheduled, now, verdict);
            return scheduler.IsShuttingDown;
        });
        if (canary.Verdict is { } verdict)
        {
            throw new ModelRolledBackException(
                $"Version {next.Version} of model '{next.Id}' was rolled back, because {verdict}. Version {model.Version} serves all "
                + "requests.")
            {
                ModelId = next.Id,
            };
        }

        if (isShuttingDown)
        {
            throw new ManagerShuttingDownException(
                $"The trial of version {next.Version} of model '{next.Id}' has ended because the application is stopping.")
            {
                ModelId = next.Id,
            };
        }
    }

    /// <summary>
    /// Directs new requests to the new version, which gets the options that have changed meanwhile. Returns false if the model was removed.
    /// </summary>
    private bool TryTakeOver(RegisteredModel model, RegisteredModel next) =>
        gate.Enter((models, model, next, batches.Changes), static (_, now, call) =>
        {
            if (!call.models.TryReplace(call.model, call.next))
                return false;
            call.model.Successor = call.next;
            call.next.Scheduled.Versions!.Serving = call.next.Scheduled;
            call.next.Configure(call.model.Options);
            call.Changes.NoteVersion(SharedModelsChangeKind.Reloaded, call.next.Scheduled, now);
            return true;
        });
}
