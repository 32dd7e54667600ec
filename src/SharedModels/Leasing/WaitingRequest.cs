using SharedModels.Scheduling;
using SharedModels.Scheduling.Queues;

namespace SharedModels.Leasing;

/// <summary>A request that somebody awaits.</summary>
internal abstract class WaitingRequest(WaitingLine line, LeaseHolder holder) : LeaseRequest(line, holder)
{
    private ILeaseWait? _wait;

    /// <summary>What the caller waits for, while it does.</summary>
    internal ILeaseWait? Wait
    {
        get => _wait;
        set => _wait = value;
    }

    /// <summary>How long the request waits at most.</summary>
    internal TimeSpan Timeout { get; set; }

    /// <summary>Hands out what the caller waits for, to whoever ends the wait.</summary>
    internal ILeaseWait? TakeWait() => Interlocked.Exchange(ref _wait, null);

    /// <summary>Called under the lock when the request was refused or cancelled.</summary>
    internal virtual void Forget()
    {
    }
}
