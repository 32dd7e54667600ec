using SharedModels.Diagnostics;
using SharedModels.Leasing;
using SharedModels.Leasing.Requests;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;
using SharedModels.Scheduling.Versions;

namespace SharedModels.Coordination;

/// <summary>
/// Records changes for watchers. Called under the gate's lock when the scheduler's state has changed, so that the counts of a change are
/// those of a snapshot at the same time.
/// </summary>
internal sealed class ChangeFeed(SchedulerClock clock)
{
    private readonly ChangeJournal _journal = new(clock);

    /// <summary>The number of the last change.</summary>
    public long Last => _journal.Last;

    public bool IsWatched => _journal.IsWatched;

    public IAsyncEnumerable<SharedModelsChange> WatchAsync(long? after, CancellationToken cancellationToken) =>
        _journal.WatchAsync(after, cancellationToken);

    /// <summary>Records a change of a waiting request, granted or not.</summary>
    public void NoteRequest(SharedModelsChangeKind kind, WaitingRequest? request, long now, string? detail = null)
    {
        if (!IsWatched || request is null)
            return;
        var waited = kind == SharedModelsChangeKind.LeaseGranted ? request.GrantedAt - request.EnqueuedAt : 0;
        if (request is LeaseRecord single)
            NoteLease(kind, single, now, waited, detail);
        foreach (var record in (request as GroupRequest)?.Records ?? [])
            NoteLease(kind, record, now, waited, detail);
    }

    public void NoteLease(SharedModelsChangeKind kind, LeaseRecord record, long now, long ticks = 0, string? detail = null)
    {
        if (!IsWatched)
            return;
        var model = record.ScheduledModel;

        // The end of a lease or a request can detach the model from the device whose counts it changes.
        var device = kind switch
        {
            SharedModelsChangeKind.LeaseReleased => record.GrantedOn,
            SharedModelsChangeKind.RequestLeft => model.Device ?? model.LastDevice,
            _ => model.Device,
        };
        _journal.Add(Change(kind, now, model, device, detail) with
        {
            LeaseNumber = record.Number,
            Duration = TimeSpan.FromTicks(Math.Max(0, ticks)),
        });
    }

    /// <summary>Records the start of a batch, and the inputs that left the queue for it.</summary>
    public void NoteBatch(LeaseRecord first, List<LeaseRequest> others, int size, long now)
    {
        if (!IsWatched)
            return;
        foreach (var other in others)
            NoteLease(SharedModelsChangeKind.RequestLeft, (LeaseRecord)other, now, now - other.EnqueuedAt, "batched");
        var model = first.ScheduledModel;
        _journal.Add(Change(SharedModelsChangeKind.BatchStarted, now, model, model.Device, detail: null) with
        {
            LeaseNumber = first.Number,
            BatchSize = size,
        });
    }

    /// <summary>Records the end of a step of a model.</summary>
    public void NoteStepEnded(ScheduledModel model, Failure? failure, long now)
    {
        model.IsLoadReported = false;
        var kind = failure is null ? SharedModelsChangeKind.StepEnded : SharedModelsChangeKind.ModelFaulted;
        if (IsWatched)
            _journal.Add(Change(kind, now, model, model.Device ?? (model.Replicas is null ? null : model.LastDevice), failure?.Message));
    }

    /// <summary>Records that a new version of a model is on trial, was rolled back, or has taken over.</summary>
    public void NoteVersion(SharedModelsChangeKind kind, ScheduledModel version, long now, string? detail = null)
    {
        if (!IsWatched)
            return;
        var state = version.Replicas?.Home ?? version;
        _journal.Add(Change(kind, now, state, state.Device, detail));
    }

    public void NoteDevice(SharedModelsChangeKind kind, ScheduledDevice device, long now, string? detail = null)
    {
        if (IsWatched)
            _journal.Add(Change(kind, now, model: null, device, detail));
    }

    public void NoteEffect(in SchedulerEffect effect, long now)
    {
        if (!IsWatched)
            return;
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                NoteRequest(SharedModelsChangeKind.LeaseGranted, effect.Request as WaitingRequest, now);
                break;
            case SchedulerEffectKind.Reject:
                NoteRequest(
                    SharedModelsChangeKind.RequestLeft,
                    effect.Request as WaitingRequest,
                    now,
                    SharedModelsMetrics.Outcome(effect.Rejection!.Reason));
                break;
            case SchedulerEffectKind.Overdue:
                NoteLease(SharedModelsChangeKind.LeaseOverdue, (LeaseRecord)effect.Request!, now);
                break;
            // The construction was already recorded as the start of the load, unless the load then waited for memory.
            case SchedulerEffectKind.Load when !effect.Model!.IsLoadReported:
                effect.Model.IsLoadReported = true;
                NoteStep(SharedModelsChangeKind.LoadStarted, effect, now);
                break;
            case SchedulerEffectKind.Move:
                NoteStep(SharedModelsChangeKind.MoveStarted, effect, now);
                break;
            // On the CPU, an eviction unloads the model.
            case SchedulerEffectKind.Evict or SchedulerEffectKind.Unload when effect.Reason is { } reason:
                NoteStep(SharedModelsChangeKind.EvictionStarted, effect, now, SharedModelsMetrics.Reason(reason));
                break;
            case SchedulerEffectKind.Unload:
                NoteStep(SharedModelsChangeKind.UnloadStarted, effect, now);
                break;
            case SchedulerEffectKind.FallBack:
                NoteStep(SharedModelsChangeKind.FellBack, effect, now);
                break;
            case SchedulerEffectKind.ReportLoss:
                NoteDevice(SharedModelsChangeKind.DeviceLost, effect.Device!, now, effect.Device!.Failure?.Message);
                break;
        }
    }

    private void NoteStep(SharedModelsChangeKind kind, in SchedulerEffect effect, long now, string? detail = null) =>
        _journal.Add(Change(kind, now, effect.Model, effect.Device, detail));

    private SharedModelsChange Change(
        SharedModelsChangeKind kind, long now, ScheduledModel? model, ScheduledDevice? device, string? detail)
    {
        var serving = model is null ? null : VersionSet.ServingOf(model);
        return new()
        {
            Number = 0,
            Kind = kind,
            Time = clock.ToUtc(now),
            ModelId = model?.Id,
            Version = model?.Settings.Version ?? 0,
            Device = device?.Device,
            Residency = (serving?.Replicas?.Home ?? serving)?.Residency,
            ReplicaResidency = model?.Replicas is null ? null : model.Residency,
            ActiveLeases = model is null ? 0 : VersionSet.SumOf(model, static member => member.Users),
            QueuedRequests = model is null ? 0 : VersionSet.SumOf(model, static member => member.WaitingRequests),
            Holders = device?.HolderCount ?? 0,
            QueueLength = device?.QueueLength ?? 0,
            Detail = detail,
        };
    }
}
