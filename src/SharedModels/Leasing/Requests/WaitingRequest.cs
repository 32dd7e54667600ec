using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Requests;

/// <summary>A request that somebody awaits.</summary>
internal abstract class WaitingRequest(WaitQueue queue, LeaseHolder holder) : LeaseRequest(queue, holder)
{
    private LeaseWait? _wait;
    private LeaseWait? _spareWait;
    private LeaseService? _service;

    /// <summary>The registered models that it wants.</summary>
    internal abstract IEnumerable<RegisteredModel> Models { get; }

    /// <summary>What the caller awaits, until somebody takes it to end it.</summary>
    internal LeaseWait? Wait => _wait;

    /// <summary>The token that ends the wait.</summary>
    internal CancellationToken CallerToken { get; set; }

    /// <summary>The maximum time that the request waits.</summary>
    internal TimeSpan Timeout { get; set; }

    /// <summary>Begins a wait.</summary>
    /// <param name="service">Takes the request out of the queue when the caller's token fires.</param>
    /// <param name="result">What the caller gets with the grant.</param>
    internal LeaseWait<T> BeginWait<T>(LeaseService service, T result)
    {
        var wait = Interlocked.Exchange(ref _spareWait, null) as LeaseWait<T> ?? new(this);
        wait.Result = result;
        CallerToken = default;
        _service = service;
        _wait = wait;
        return wait;
    }

    internal void OnTokenFired(CancellationToken token) => _service!.Cancel(this, token);

    /// <summary>Takes back a wait that has ended and whose caller has its result.</summary>
    internal void Keep(LeaseWait wait) => Volatile.Write(ref _spareWait, wait);

    /// <summary>Hands out what the caller awaits, to the one thread that ends it.</summary>
    internal LeaseWait? TakeWait() => Interlocked.Exchange(ref _wait, null);

    /// <summary>Called under the gate's lock when the request was rejected or cancelled.</summary>
    internal virtual void Forget()
    {
    }
}
