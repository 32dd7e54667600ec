using System.Diagnostics.CodeAnalysis;
using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Requests;

/// <summary>
/// The manager's side of a lease. After its first garbage collection, it refers to the user's <see cref="ModelLease"/> weakly, so that a
/// lease that was dropped without being disposed can be detected.
/// </summary>
internal class LeaseRecord : WaitingRequest
{
    private readonly LeaseHolder _own;

    // Most leases are shorter than the time between two collections, and a weak reference costs several times as much as a plain one.
    private ModelLease? _lease;
    private WeakReference<ModelLease>? _weakLease;

    public LeaseRecord(RegisteredModel model)
        : base(model.Scheduled.Waiting, new LeaseHolder())
    {
        Model = model;
        _own = Holder;
    }

    public RegisteredModel Model { get; }

    /// <summary>The model or the replica that the lease is on, once it is granted.</summary>
    public RegisteredModel Member => Model.FindMember(ScheduledModel);

    internal override IEnumerable<RegisteredModel> Models => [Member];

    /// <summary>The group request that this is a part of, while it waits.</summary>
    public GroupRequest? Group { get; set; }

    /// <summary>The number of the lease within its manager, for watchers.</summary>
    public long Number { get; private set; }

    /// <summary>Indicates whether a notification of the holder can still be running, so that the record must not be reused.</summary>
    public bool HasPendingNotification { get; set; }

    /// <summary>The stack trace of the acquisition, if it was recorded.</summary>
    public string? AcquiredAt { get; set; }

    /// <summary>The number of running <c>InvokeAsync</c> calls. The model is released after the last one.</summary>
    public int Invocations { get; set; }

    /// <summary>The number of uses of the lease, or of inputs of the batch, that failed with an exception of the model's code.</summary>
    public int FailedUses { get; set; }

    /// <summary>Indicates whether the lease was disposed while code was running on it.</summary>
    public bool IsReleased { get; set; }

    /// <summary>The reason why the lease was lost, even if it had been disposed while code was running on it.</summary>
    public LeaseEnd LostBy { get; set; }

    /// <summary>Canceled when the lease is lost, to stop running code. It exists if there has been code that can be stopped.</summary>
    public CancellationTokenSource? Loss { get; set; }

    /// <summary>Canceled when the lease is disposed, to end its streams. It exists if there has been a stream.</summary>
    public CancellationTokenSource? Disposal { get; set; }

    /// <summary>
    /// Indicates whether code that had the lease waits for another lease, so that the wait still refers to this record's holder.
    /// </summary>
    public bool IsAwaiting => _own.AwaitedRequests is { Count: > 0 };

    public LeaseRecord? NextUnused { get; set; }

    /// <summary>Indicates whether the lease was dropped without being disposed.</summary>
    public virtual bool IsDropped => Invocations == 0 && !TryGetLease(out _);

    /// <summary>Indicates whether no other code refers to the record any more, so that it can serve another lease.</summary>
    public bool IsReusable =>

        // If the wait has not been taken yet, the thread that granted it is about to complete it.
        !HasPendingNotification && !IsReleased && !IsAwaiting && Wait is null;

    /// <summary>Starts a request.</summary>
    public void Open(long number, AcquireOptions options, TimeSpan timeout, string? stackTrace)
    {
        Number = number;
        Priority = (int)options.Priority;
        Tenant = options.Tenant;
        FailedUses = 0;
        Timeout = timeout;
        AcquiredAt = stackTrace;
    }

    /// <summary>Makes the record that of a user's lease.</summary>
    public void Attach(ModelLease lease, LeaseHolder? holder = null)
    {
        _lease = lease;
        Holder = holder ?? _own;
        lease.Record = this;
    }

    /// <summary>Tells the trial of a new version how the lease was used. Called under the gate's lock before the release.</summary>
    public void NoteUse(long heldTicks)
    {
        var uses = 1 + CompanionInputs;
        Model.Canary?.Note(Model, uses, Math.Min(FailedUses, uses), heldTicks);
    }

    /// <summary>Makes the reference to the user's lease weak.</summary>
    public void Weaken()
    {
        if (_lease is not null)
            _weakLease = new(_lease);
        _lease = null;
    }

    /// <summary>Resets the record for the next lease.</summary>
    public void Close()
    {
        Group = null;
        Holder = _own;
        Witness = null;
        AcquiredAt = null;
        Loss = null;
        Disposal = null;
        _lease = null;
        _weakLease = null;
    }

    /// <summary>Returns the record to its pool.</summary>
    internal virtual void Recycle() => Model.Records.Return(this);

    public bool TryGetLease([NotNullWhen(true)] out ModelLease? lease)
    {
        lease = _lease;
        return lease is not null || _weakLease?.TryGetTarget(out lease) == true;
    }

    internal override void Forget()
    {
        Group = null;
        if (TryGetLease(out var lease) && lease.Record == this)
            lease.Record = null;
    }
}
