using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing.Requests;

/// <summary>A request that a caller awaits.</summary>
internal abstract class WaitingRequest(WaitQueue queue, LeaseHolder holder) : LeaseRequest(queue, holder)
{
    private LeaseWait? _wait;
    private LeaseWait? _spareWait;
    private LeaseService? _service;

    /// <summary>The registered models that are requested.</summary>
    internal abstract IEnumerable<RegisteredModel> Models { get; }

    /// <summary>The caller's wait, until some code takes it to complete it.</summary>
    internal LeaseWait? Wait => _wait;

    /// <summary>The token that cancels the wait. Changed under the gate's lock.</summary>
    internal CancellationToken CallerToken { get; private set; }

    /// <summary>The maximum time that the request waits.</summary>
    internal TimeSpan Timeout { get; set; }

    /// <summary>Starts a wait.</summary>
    /// <param name="service">The service that removes the request from the queue when the caller's token is canceled.</param>
    /// <param name="result">The result that the caller receives when the request is granted.</param>
    /// <param name="cancellationToken">The token of the caller.</param>
    internal LeaseWait<T> BeginWait<T>(LeaseService service, T result, CancellationToken cancellationToken)
    {
        var wait = Interlocked.Exchange(ref _spareWait, null) as LeaseWait<T> ?? new(this);
        wait.Result = result;
        CallerToken = cancellationToken;
        _service = service;
        _wait = wait;
        return wait;
    }

    internal virtual void OnTokenFired(CancellationToken token) => _service!.Cancel(this, token);

    /// <summary>Keeps a wait for reuse after its caller has received the result.</summary>
    internal void Keep(LeaseWait wait) => Volatile.Write(ref _spareWait, wait);

    /// <summary>Takes the caller's wait. Only one thread gets it, and that thread must complete it.</summary>
    internal LeaseWait? TakeWait() => Interlocked.Exchange(ref _wait, null);

    /// <summary>Called under the gate's lock when the request is granted.</summary>
    internal virtual void NoteGrant()
    {
    }

    /// <summary>Called when the request has been granted: completes the caller's wait.</summary>
    internal virtual void CompleteGrant() => TakeWait()?.Grant();

    /// <summary>Called under the gate's lock when the request was rejected or canceled.</summary>
    internal virtual void Forget()
    {
    }
}
