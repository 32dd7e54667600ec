using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SharedModels.Configuration;
using SharedModels.Diagnostics;
using SharedModels.Leasing;
using SharedModels.Leasing.Requests;
using SharedModels.Residency;
using SharedModels.Scheduling.Lifecycle;

namespace SharedModels.Registration;

/// <summary>A registered model: what the scheduler sees of it, the object behind it, and its lease records.</summary>
internal sealed class RegisteredModel
{
    private TaskCompletionSource? _freed;

    public RegisteredModel(ModelSettings settings, Type type, ModelRuntime runtime, ModelOptions defaults)
    {
        Type = type;
        Runtime = runtime;
        Defaults = defaults;
        Scheduled = new(settings with { CanReload = runtime.CanReload });
        Records = new(this);
    }

    public string Id => Scheduled.Id;

    public Type Type { get; }

    /// <summary>The state; belongs to the scheduler, and is read under the gate's lock only.</summary>
    public ScheduledModel Scheduled { get; }

    public ModelRuntime Runtime { get; }

    /// <summary>The settings that those of the configuration override.</summary>
    public ModelOptions Defaults { get; }

    public LeaseRecordPool Records { get; }

    /// <summary>The eviction that somebody waits for; changed under the gate's lock.</summary>
    public PendingEviction? Eviction { get; set; }

    /// <summary>Why the model could not be preloaded when the application started.</summary>
    public string? PreloadError { get; set; }

    /// <summary>The activities of the last load and move, for the waits that they end.</summary>
    public Activity? LastLoad { get; set; }

    /// <inheritdoc cref="LastLoad"/>
    public Activity? LastMove { get; set; }

    /// <summary>Disposes an object that was never loaded, or is not any more; what it throws is logged.</summary>
    public async Task DisposeAsync(OperationLimit limit, ILogger logger)
    {
        try
        {
            await Runtime.UnloadAsync(limit).ConfigureAwait(false);
        }
        catch (OperationFailedException failed)
        {
            Log.CleanUpFailed(logger, failed.Failure.Exception, Id);
        }
    }

    /// <summary>Ends when a removed model is freed; called under the gate's lock.</summary>
    public Task WhenFreed()
    {
        _freed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        CompleteRemoval();
        return _freed.Task;
    }

    /// <summary>Notes that a step of the model has ended; called under the gate's lock.</summary>
    public void CompleteRemoval()
    {
        if (_freed is not null && Scheduled is { IsRemoved: true, IsFreed: true })
            _freed.TrySetResult();
    }

    /// <summary>Hands out the eviction that somebody waits for, if it has ended; called under the gate's lock.</summary>
    public PendingEviction? TakeEndedEviction()
    {
        CompleteRemoval();
        if (Eviction is not { } eviction
            || Scheduled.EvictWhenIdle
            || Scheduled.Residency is ModelResidency.Evicting or ModelResidency.Unloading)
            return null;
        if (Scheduled is { Failure: { } failure, Residency: ModelResidency.Faulted or ModelResidency.OnDevice })
            eviction.Failure = (Id, failure);
        Eviction = null;
        return eviction;
    }
}
