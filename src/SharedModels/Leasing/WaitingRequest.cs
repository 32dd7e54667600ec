using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>A request that somebody awaits.</summary>
internal abstract class WaitingRequest(WaitQueue queue, LeaseHolder holder) : LeaseRequest(queue, holder)
{
    private ILeaseWait? _wait;

    /// <summary>The registered models that it wants.</summary>
    internal abstract IEnumerable<RegisteredModel> Models { get; }

    /// <summary>What the caller awaits, until somebody takes it to complete it.</summary>
    internal ILeaseWait? Wait
    {
        get => _wait;
        set => _wait = value;
    }

    /// <summary>The maximum time that the request waits.</summary>
    internal TimeSpan Timeout { get; set; }

    /// <summary>Hands out what the caller awaits, to the one thread that completes it.</summary>
    internal ILeaseWait? TakeWait() => Interlocked.Exchange(ref _wait, null);

    /// <summary>Called under the gate's lock when the request was rejected or cancelled.</summary>
    internal virtual void Forget()
    {
    }
}
