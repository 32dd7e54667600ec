using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <summary>What the user has of a lease; what the books have of it is its <see cref="LeaseRecord"/>.</summary>
/// <param name="coordinator">Who acquires and releases it.</param>
/// <param name="host">The model.</param>
/// <param name="holder">In whose name it is taken, or <see langword="null"/> if it is its only lease.</param>
internal abstract class ModelLease(LeaseCoordinator coordinator, ModelHost host, LeaseHolder? holder) : IModelLease
{
    private static readonly AcquireOptions Unchanged = new();

    private volatile LeaseRecord? _record;
    private volatile CancellationTokenSource? _lost;
    private volatile LeaseEnd _end;

    public string ModelId => Host.Id;

    public LeaseState State
    {
        get
        {
            // The record may be another lease's by the time it is read; then it is not this one's any more.
            var isHeld = _record is { RequestState: RequestState.Granted } record && record == _record;
            return _end switch
            {
                LeaseEnd.Released => LeaseState.Released,
                LeaseEnd.None => isHeld ? LeaseState.Held : LeaseState.Pending,
                _ => LeaseState.Lost,
            };
        }
    }

    public Device Device
    {
        get
        {
            ThrowIfNotHeld();
            return Host.Device!.Device;
        }
    }

    object IModelLease.Model => HeldModel;

    public CancellationToken Lost
    {
        get
        {
            if (_lost is null)
                Interlocked.CompareExchange(ref _lost, new CancellationTokenSource(), null);
            if (State == LeaseState.Lost)
                _lost.Cancel();
            return _lost.Token;
        }
    }

    internal ModelHost Host { get; } = host;

    internal LeaseHolder? Holder { get; } = holder;

    /// <summary>The lease in the books, from the request on; changed under the coordinator's lock.</summary>
    internal LeaseRecord? Record
    {
        get => _record;
        set => _record = value;
    }

    /// <summary>Why the lease is of no use any more; changed under the coordinator's lock.</summary>
    internal LeaseEnd End
    {
        get => _end;
        set => _end = value;
    }

    internal LeaseCoordinator Coordinator => coordinator;

    protected object HeldModel
    {
        get
        {
            ThrowIfNotHeld();
            return Host.Model!;
        }
    }

    public ValueTask AcquireAsync(CancellationToken cancellationToken = default) => coordinator.AcquireAsync(this, Unchanged, cancellationToken);

    public ValueTask AcquireAsync(AcquireOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return coordinator.AcquireAsync(this, options, cancellationToken);
    }

    public void Dispose() => coordinator.Release(this);

    public ValueTask DisposeAsync()
    {
        coordinator.Release(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes the lease away from its holder, who may still be using the model.</summary>
    internal Task LoseAsync(LeaseEnd end)
    {
        if (_end == LeaseEnd.None)
            _end = end;
        Interlocked.MemoryBarrier();
        return _lost?.CancelAsync() ?? Task.CompletedTask;
    }

    internal void ThrowIfNotHeld()
    {
        if (State == LeaseState.Held)
            return;
        throw _end switch
        {
            LeaseEnd.None => new InvalidOperationException($"The lease on model '{ModelId}' is not acquired; await {nameof(AcquireAsync)} before using the model."),
            LeaseEnd.Released => new InvalidOperationException($"The lease on model '{ModelId}' was released; acquire a new one to use the model again."),
            LeaseEnd.DeviceLost => new DeviceLostException(
                $"The device that model '{ModelId}' was on is lost, and with it what the lease gave a right to. Dispose the lease and acquire a new one.") { ModelId = ModelId },
            LeaseEnd.HeldTooLong => new InvalidOperationException(
                $"The lease on model '{ModelId}' was held too long (SharedModels:Leasing:MaxHold) and taken away; the model must not be used any more. Dispose the lease."),
            _ => new InvalidOperationException($"The lease on model '{ModelId}' was taken away because the application stops; the model must not be used any more."),
        };
    }
}
