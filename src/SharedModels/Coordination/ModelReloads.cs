using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Batches;
using SharedModels.Registration;

namespace SharedModels.Coordination;

/// <summary>
/// Replaces models by new versions without downtime. The new version is loaded and warmed up next to the old one, and takes over for new
/// requests at one moment. The old one is freed when its last lease ends.
/// </summary>
internal sealed class ModelReloads(
    SchedulerGate gate, ModelOperations operations, ModelRegistry models, BatchServices batches, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _running = new(StringComparer.OrdinalIgnoreCase);

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
            if (_running.TryGetValue(model.Id, out var running))
                return running;
            return _running[model.Id] = Task.Run(() => RunAsync(model));
        }
    }

    /// <summary>Reloads the models whose own options have changed. Failures are logged.</summary>
    public void ReloadChanged(IEnumerable<(RegisteredModel Model, ModelOptions Before, ModelOptions Now)> models)
    {
        foreach (var (model, before, now) in models)
        {
            if (now.ReloadOnChange == true && before.OwnSettings != now.OwnSettings && model.Runtime.CanReload)
                _ = ReloadAsync(model).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task RunAsync(RegisteredModel model)
    {
        try
        {
            await ReplaceAsync(model).ConfigureAwait(false);
        }
        catch (ModelLeaseException exception)
        {
            Log.ReloadFailed(logger, exception, model.Id);
            throw;
        }
        finally
        {
            lock (_lock)
                _running.Remove(model.Id);
        }
    }

    private async Task ReplaceAsync(RegisteredModel model)
    {
        var next = model.CreateNextVersion(batches);
        models.AddVersion(next);
        var fits = gate.Enter((model, next), static (scheduler, now, call) =>
        {
            call.next.AddTo(scheduler, now);
            return scheduler.CanHoldTwice(call.model.Scheduled);
        });
        if (!fits)
        {
            // The old version must leave before the new one can come.
            if (!TryTakeOver(model, next))
                return;
            await operations.PreloadAsync(next, CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            await PreloadOrFreeAsync(next).ConfigureAwait(false);
            if (!TryTakeOver(model, next))
                return;
        }

        Log.ModelReloaded(logger, next.Id, next.Version);
    }

    private async Task PreloadOrFreeAsync(RegisteredModel next)
    {
        try
        {
            await operations.PreloadAsync(next, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            _ = operations.Free(next);
            throw;
        }
    }

    /// <summary>Directs new requests to the new version. Returns false if the model was removed meanwhile.</summary>
    private bool TryTakeOver(RegisteredModel model, RegisteredModel next)
    {
        if (!models.TryReplace(model, next))
        {
            _ = operations.Free(next);
            return false;
        }

        gate.Enter((model, next), static (_, _, call) => call.model.Successor = call.next);
        _ = operations.Free(model, servesWaiting: true);
        return true;
    }
}
