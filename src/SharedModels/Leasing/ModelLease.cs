using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <summary>A lease, which is also the request for it: the scheduler's books and the user's handle are one object.</summary>
internal abstract class ModelLease(LeaseCoordinator coordinator, ModelHost host, LeaseHolder holder) : LeaseRequest(host, holder), IModelLease
{
    private static readonly AcquireOptions Unchanged = new();

    private CancellationTokenSource? _lost;
    private TaskCompletionSource? _wait;

    public string ModelId => Host.Id;

    public LeaseState State =>
        IsReleased ? LeaseState.Released
        : IsLost ? LeaseState.Lost
        : RequestState == RequestState.Granted ? LeaseState.Held
        : LeaseState.Pending;

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
            var lost = LazyInitializer.EnsureInitialized(ref _lost);
            if (IsLost)
                lost.Cancel();
            return lost.Token;
        }
    }

    internal ModelHost Host { get; } = host;

    /// <summary>What the caller of <c>AcquireAsync</c> waits for, while it does.</summary>
    internal TaskCompletionSource? Wait
    {
        get => _wait;
        set => _wait = value;
    }

    /// <summary>Where the lease was acquired, if that is to be remembered.</summary>
    internal string? AcquiredAt { get; set; }

    /// <summary>How long the request that runs, or ran last, waits.</summary>
    internal TimeSpan Timeout { get; set; }

    /// <summary>Calls of <c>InvokeAsync</c> that have not ended: the model is given back after the last.</summary>
    internal int Invocations { get; set; }

    internal bool IsReleased { get; set; }

    internal bool IsLost { get; private set; }

    protected LeaseCoordinator Coordinator => coordinator;

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

    /// <summary>Hands out what the caller waits for, to whoever ends the wait.</summary>
    internal TaskCompletionSource? TakeWait() => Interlocked.Exchange(ref _wait, null);

    /// <summary>Takes the lease away from its holder, who may still be using the model.</summary>
    internal Task LoseAsync()
    {
        IsLost = true;
        Interlocked.MemoryBarrier();
        return _lost?.CancelAsync() ?? Task.CompletedTask;
    }

    internal void ThrowIfNotHeld()
    {
        var state = State;
        if (state == LeaseState.Held)
            return;
        throw new InvalidOperationException(state switch
        {
            LeaseState.Pending => $"The lease on model '{ModelId}' is not acquired; await {nameof(AcquireAsync)} before using the model.",
            LeaseState.Released => $"The lease on model '{ModelId}' was released; acquire a new one to use the model again.",
            _ => $"The lease on model '{ModelId}' was taken away because it was held too long or the application stops; the model must not be used any more.",
        });
    }
}
