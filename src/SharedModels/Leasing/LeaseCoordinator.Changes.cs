using SharedModels.Diagnostics;
using SharedModels.Residency;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Leasing;

/// <content>Tells those who watch what changes; called under the lock, so that changes and snapshots agree.</content>
internal sealed partial class LeaseCoordinator
{
    private readonly ChangeJournal _changes;
    private long _lastNumber;

    public IAsyncEnumerable<SharedModelsChange> WatchAsync(long? after, CancellationToken cancellationToken) => _changes.WatchAsync(after, cancellationToken);

    public SharedModelsSnapshot GetSnapshot() => Read(scheduler => SnapshotFactory.Create(scheduler, _changes.Last));

    private void NoteQueued(WaitingRequest request)
    {
        // What is refused at once has not waited.
        if (request.RequestState != RequestState.Idle)
            NoteRequest(SharedModelsChangeKind.RequestQueued, request);
    }

    private void NoteRequest(SharedModelsChangeKind kind, WaitingRequest request, string? detail = null)
    {
        if (!_changes.IsWatched)
            return;
        var waited = kind == SharedModelsChangeKind.LeaseGranted ? request.GrantedAt - request.EnqueuedAt : 0;
        if (request is LeaseRecord single)
            Note(kind, single, waited, detail);
        foreach (var record in (request as GroupRequest)?.Records ?? [])
            Note(kind, record, waited, detail);
    }

    private void Note(SharedModelsChangeKind kind, LeaseRecord record, long ticks = 0, string? detail = null)
    {
        if (_changes.IsWatched)
            _changes.Add(kind, record.Host.Id, record.Host.Device?.Device, record.Host.Residency, record.Number, TimeSpan.FromTicks(Math.Max(0, ticks)), detail);
    }

    private void Note(SharedModelsChangeKind kind, ScheduledModel model, string? detail = null) =>
        _changes.Add(kind, model.Id, model.Device?.Device, model.Residency, lease: 0, TimeSpan.Zero, detail);

    private void Note(SharedModelsChangeKind kind, ScheduledDevice device, string? detail = null) =>
        _changes.Add(kind, modelId: null, device.Device, residency: null, lease: 0, TimeSpan.Zero, detail);

    private void NoteEnd(ModelHost host)
    {
        if (host.Error is { } error)
            Note(SharedModelsChangeKind.ModelFaulted, host, error.Message);
        else
            Note(SharedModelsChangeKind.StepEnded, host);
    }

    private void Note(in SchedulerEffect effect)
    {
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                NoteRequest(SharedModelsChangeKind.LeaseGranted, (WaitingRequest)effect.Request!);
                break;
            case SchedulerEffectKind.Refuse:
                NoteRequest(SharedModelsChangeKind.RequestLeft, (WaitingRequest)effect.Request!, SharedModelsMetrics.Outcome(effect.Refusal!.Reason));
                break;
            case SchedulerEffectKind.Overdue:
                Note(SharedModelsChangeKind.LeaseOverdue, (LeaseRecord)effect.Request!);
                break;
            case SchedulerEffectKind.Load:
                Note(SharedModelsChangeKind.LoadStarted, effect.Model!);
                break;
            case SchedulerEffectKind.Move:
                Note(SharedModelsChangeKind.MoveStarted, effect.Model!);
                break;
            case SchedulerEffectKind.Evict:
                Note(SharedModelsChangeKind.EvictionStarted, effect.Model!, SharedModelsMetrics.Reason(effect.Model!.EvictionReason));
                break;
            case SchedulerEffectKind.Unload:
                Note(SharedModelsChangeKind.UnloadStarted, effect.Model!);
                break;
            case SchedulerEffectKind.FallBack:
                Note(SharedModelsChangeKind.FellBack, effect.Model!);
                break;
            case SchedulerEffectKind.ReportLoss:
                Note(SharedModelsChangeKind.DeviceLost, effect.Device!, effect.Device!.Error?.Message);
                break;
        }
    }
}
