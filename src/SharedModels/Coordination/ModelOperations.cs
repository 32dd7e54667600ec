using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Diagnostics;
using SharedModels.Leasing;
using SharedModels.Leasing.Requests;
using SharedModels.Registration;
using SharedModels.Scheduling;

namespace SharedModels.Coordination;

/// <summary>Operations on models that do not need a lease: preload, evict and remove.</summary>
internal sealed class ModelOperations(SchedulerGate gate, LeaseService leases, ModelRegistry models, ILogger logger, LeasingOptions options)
{
    private LeasingOptions _options = options;

    /// <summary>Applies changed options.</summary>
    public void Configure(LeasingOptions changed) => _options = changed;

    /// <summary>Moves a model to its device. Waits at most for one load and one move.</summary>
    public async ValueTask PreloadAsync(RegisteredModel model, CancellationToken cancellationToken)
    {
        var request = new PreloadRequest(model) { Timeout = 2 * _options.LoadTimeout };
        var wait = request.BeginWait(leases, true, cancellationToken);
        if (gate.Enter(request, static (scheduler, now, request) => scheduler.TryAcquire(request, now, request.Timeout.Ticks)))
            return;
        wait.Register(cancellationToken);
        await wait.Task.ConfigureAwait(false);
    }

    /// <summary>
    /// Preloads a model like <see cref="PreloadAsync"/>, but logs a failure so that the application starts without the model.
    /// </summary>
    public async Task TryPreloadAsync(RegisteredModel model, CancellationToken cancellationToken)
    {
        try
        {
            await PreloadAsync(model, cancellationToken).ConfigureAwait(false);
        }
        catch (ModelLeaseException exception)
        {
            model.PreloadError = exception.Message;
            Log.PreloadFailed(logger, exception, model.Id);
        }
    }

    /// <summary>Frees the memory that a model takes on its device and, optionally, in host memory.</summary>
    public async ValueTask EvictAsync(RegisteredModel model, EvictOptions eviction, CancellationToken cancellationToken)
    {
        // If one of the replicas cannot be evicted now, none is.
        var ended = gate.Enter((model, eviction), static (scheduler, now, call) => call.model.Members
            .OrderBy(static member => member.Scheduled is { IsIdle: true, IsComing: false })
            .ToList()
            .ConvertAll(member => BeginEviction(scheduler, now, member, call.eviction)));
        await Task.WhenAll(ended).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a model from the manager and disposes it when its last lease ends.</summary>
    public async ValueTask RemoveAsync(string id, CancellationToken cancellationToken) =>
        await Free(models.Remove(id)).WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Disposes a model that can no longer be found when its last lease ends.</summary>
    /// <param name="model">The model.</param>
    /// <param name="servesWaiting">True to serve the waiting requests first. Otherwise, they are rejected.</param>
    public Task Free(RegisteredModel model, bool servesWaiting = false)
    {
        var removals = gate.Enter((model, servesWaiting), static (scheduler, now, call) => call.model.Members.Select(member =>
        {
            member.Canary?.Abandon();
            scheduler.BeginRemoval(member.Scheduled, now, call.servesWaiting);
            return (Member: member, Freed: member.WhenFreed());
        }).ToList());
        return Task.WhenAll(removals.Select(removal => FinishRemovalAsync(removal.Member, removal.Freed)));
    }

    private async Task FinishRemovalAsync(RegisteredModel model, Task freed)
    {
        await freed.ConfigureAwait(false);
        gate.Enter(model.Scheduled, static (scheduler, _, removed) => scheduler.Remove(removed));
        models.Forget(model);

        // Dispose an object that was never loaded or was registered as an object.
        await model.DisposeAsync(new(_options.LoadTimeout, gate.Clock.Time, CancellationToken.None), logger).ConfigureAwait(false);
    }

    private static Task BeginEviction(LeaseScheduler scheduler, long now, RegisteredModel model, EvictOptions eviction)
    {
        var state = model.Scheduled;
        if (state.Residency == ModelResidency.OnDevice && !state.CanLeaveDevice)
        {
            throw new ModelLeaseException(
                $"Model '{model.Id}' cannot be evicted: it was registered as an object and runs on the CPU, where the object "
                + "itself is its memory. Call RemoveAsync instead.")
            {
                ModelId = model.Id,
            };
        }

        if (scheduler.TryEvict(state, now, eviction.FreeHostMemory)
            || state.Residency is ModelResidency.Evicting or ModelResidency.Unloading)
            return (model.Eviction ??= new()).Task;
        if (eviction.Drain && (!state.IsIdle || state.Residency is ModelResidency.Loading or ModelResidency.Moving))
        {
            state.EvictWhenIdle = true;
            state.FreeHostWhenIdle |= eviction.FreeHostMemory;
            return (model.Eviction ??= new()).Task;
        }

        if (state is { IsIdle: true, Residency: ModelResidency.OnDevice, Failure: { } failure })
        {
            throw new ModelLeaseException(
                $"Model '{model.Id}' could not be moved off its device: {failure.Summary} The manager will try again later.",
                failure.Exception)
            {
                ModelId = model.Id,
            };
        }

        if (state.IsIdle && state.Residency is not (ModelResidency.Loading or ModelResidency.Moving))
            return Task.CompletedTask;
        throw new ModelInUseException(
            $"Model '{model.Id}' cannot be evicted: it is {state.Residency}, with {Count(state.Users, "holder")} and "
            + $"{Count(state.PendingRequests, "waiting request")}. Try again when it is idle, or set EvictOptions.Drain to wait for that.")
        {
            ModelId = model.Id, Device = state.Device?.Device,
        };
    }

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
