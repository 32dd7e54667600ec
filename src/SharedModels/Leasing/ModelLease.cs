using SharedModels.Leasing.Requests;
using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>The user's side of a lease. The manager's side is its <see cref="LeaseRecord"/>.</summary>
/// <param name="service">The service that acquires and releases the lease.</param>
/// <param name="model">The model.</param>
/// <param name="holder">The scope that the lease belongs to, or <see langword="null"/> if the lease is its own holder.</param>
internal abstract class ModelLease(LeaseService service, RegisteredModel model, ScopeHolder? holder) : IModelLease
{
    protected static readonly AcquireOptions Unchanged = new();

    private volatile LeaseRecord? _record;
    private volatile CancellationTokenSource? _lost;
    private volatile LeaseEnd _end;

    public string ModelId => Registered.Id;

    public LeaseState State
    {
        get
        {
            // The record may be reused for another lease while it is being read. In that case it is no longer this lease's record.
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
            // Another thread can release the lease after the check.
            ThrowIfNotHeld();
            return _record?.GrantedOn?.Device ?? throw Released();
        }
    }

    object IModelLease.Model => HeldModel;

    public CancellationToken Lost
    {
        get
        {
            if (_lost is not { } lost)
            {
                var created = new CancellationTokenSource();
                lost = Interlocked.CompareExchange(ref _lost, created, null) ?? created;
            }

            // Callbacks run on the thread pool, because they are user code and can block.
            if (State == LeaseState.Lost)
                _ = lost.CancelAsync();
            return lost.Token;
        }
    }

    /// <summary>The model, in the version that the lease is on, or that it will be acquired on. Changed under the gate's lock.</summary>
    internal RegisteredModel Registered { get; private set; } = model;

    internal ScopeHolder? Holder { get; } = holder;

    /// <summary>The manager's record of the lease, from the request on. Changed under the gate's lock.</summary>
    internal LeaseRecord? Record
    {
        get => _record;
        set => _record = value;
    }

    /// <summary>The reason why the lease can no longer be used. Changed under the gate's lock.</summary>
    internal LeaseEnd End
    {
        get => _end;
        set => _end = value;
    }

    internal LeaseService Service => service;

    protected object HeldModel
    {
        get
        {
            ThrowIfNotHeld();
            return (_record ?? throw Released()).Member.Runtime.Model!;
        }
    }

    public int? QueuePosition => service.PositionOf(this);

    public bool TryAcquire() => service.TryAcquire(this);

    public ValueTask AcquireAsync(CancellationToken cancellationToken = default) =>
        service.AcquireAsync(this, Unchanged, cancellationToken);

    public ValueTask AcquireAsync(AcquireOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return service.AcquireAsync(this, options, cancellationToken);
    }

    public void Dispose() => service.Release(this);

    public ValueTask DisposeAsync()
    {
        service.Release(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts the wait of a caller that receives the lease when it is granted.</summary>
    internal abstract LeaseWait BeginFetch(LeaseRecord record, CancellationToken cancellationToken);

    /// <summary>Canceled when the lease is lost. It exists if the holder has asked for it, and belongs to one acquisition.</summary>
    internal CancellationTokenSource? Loss => _lost;

    /// <summary>Called before an acquisition. A lease of a scope can be acquired again after it was released.</summary>
    internal void ThrowIfEnded()
    {
        if (_record is null)
            Registered = Registered.ChooseVersion(Holder);
        if (_end == LeaseEnd.Released && Holder is { IsEnded: false })
        {
            _end = LeaseEnd.None;
            _lost = null;
        }

        ObjectDisposedException.ThrowIf(_end == LeaseEnd.Released, this);
        if (_end != LeaseEnd.None)
            ThrowIfNotHeld();
    }

    internal void ThrowIfNotHeld()
    {
        if (WhyNotHeld() is { } reason)
            throw reason;
    }

    /// <summary>Returns the exception for the use of a lease that is not held, or <see langword="null"/> if it is held.</summary>
    internal Exception? WhyNotHeld()
    {
        if (State == LeaseState.Held)
            return null;
        return _end switch
        {
            LeaseEnd.None => new InvalidOperationException(
                $"The lease on model '{ModelId}' has not been acquired. Await {nameof(AcquireAsync)} before using the model."),
            LeaseEnd.Released => Released(),
            var loss => LossException(ModelId, _record?.GrantedOn?.Device, loss),
        };
    }

    /// <summary>Returns the exception for code that uses the lease after it was lost.</summary>
    internal static Exception LossException(string modelId, Device? device, LeaseEnd loss, Exception? cause = null) => loss switch
    {
        // A new request moves to another device, or is rejected with the time of the next probe.
        LeaseEnd.DeviceLost => new DeviceLostException(
            $"The device of model '{modelId}' was lost. Dispose the lease and acquire a new one.", cause)
        {
            ModelId = modelId,
            Device = device,
            RetryAfter = TimeSpan.FromSeconds(1),
        },
        LeaseEnd.HeldTooLong => new InvalidOperationException(
            $"The lease on model '{modelId}' is lost because it was held longer than SharedModels:Leasing:MaxHold. Stop using the "
            + "model and dispose the lease.",
            cause),
        _ => new InvalidOperationException(
            $"The lease on model '{modelId}' is lost because the application is stopping. Stop using the model.", cause),
    };

    private InvalidOperationException Released() =>
        new($"The lease on model '{ModelId}' has been released. Acquire a new one to use the model again.");
}
