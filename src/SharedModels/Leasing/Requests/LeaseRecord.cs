using System.Diagnostics.CodeAnalysis;
using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Requests;

/// <summary>
/// A lease as the manager knows it. Once it has outlived a garbage collection, it refers to the user's <see cref="ModelLease"/> weakly, so
/// that one that is dropped without disposal can be told from one that is in use.
/// </summary>
internal sealed class LeaseRecord : WaitingRequest
{
    private readonly LeaseHolder _own;

    // Most leases are shorter than the time between two collections, and a weak reference costs several times what a plain one does.
    private ModelLease? _lease;
    private WeakReference<ModelLease>? _weakLease;

    public LeaseRecord(RegisteredModel model)
        : base(model.Scheduled.Waiting, new LeaseHolder())
    {
        Model = model;
        _own = Holder;
    }

    public RegisteredModel Model { get; }

    internal override IEnumerable<RegisteredModel> Models => [Model];

    /// <summary>The request that this is a part of, while that waits.</summary>
    public GroupRequest? Group { get; set; }

    /// <summary>The number of the lease within its manager, for those who watch.</summary>
    public long Number { get; private set; }

    /// <summary>Whether a notification of the holder may still be under way, so that the record must not become another's.</summary>
    public bool HasPendingNotification { get; set; }

    /// <summary>Where the lease was acquired, if that is to be remembered.</summary>
    public string? AcquiredAt { get; set; }

    /// <summary>Calls of <c>InvokeAsync</c> that have not ended: the model is released after the last.</summary>
    public int Invocations { get; set; }

    /// <summary>Whether the lease was disposed while code ran on it.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Whether code that had the lease waits for another one: its wait is still told by this record's holder.</summary>
    public bool IsAwaiting => _own.AwaitedRequests is { Count: > 0 };

    public LeaseRecord? NextUnused { get; set; }

    /// <summary>Whether the lease was dropped without disposal.</summary>
    public bool IsDropped => Invocations == 0 && !TryGetLease(out _);

    public void Open(ModelLease lease, LeaseHolder? holder, long number)
    {
        Number = number;
        _lease = lease;
        Holder = holder ?? _own;
    }

    /// <summary>Leaves it to the user to keep the lease alive.</summary>
    public void Weaken()
    {
        if (_lease is not null)
            _weakLease = new(_lease);
        _lease = null;
    }

    /// <summary>Ends what <see cref="Open"/> began, for the next lease.</summary>
    public void Close()
    {
        Group = null;
        Holder = _own;
        Witness = null;
        AcquiredAt = null;
        _lease = null;
        _weakLease = null;
    }

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
