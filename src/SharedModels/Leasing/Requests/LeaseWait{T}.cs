using System.Threading.Tasks.Sources;

namespace SharedModels.Leasing.Requests;

/// <summary>
/// A wait that later requests of the same record reuse after its caller has received the result, so that waits do not allocate.
/// </summary>
/// <param name="request">The request.</param>
internal sealed class LeaseWait<T>(WaitingRequest request) : LeaseWait, IValueTaskSource<T>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    /// <summary>The result that the caller receives when the request is granted.</summary>
    public T? Result { get; set; }

    public ValueTask<T> Task => new(this, _core.Version);

    public ValueTask UntypedTask => new(this, _core.Version);

    /// <summary>
    /// Cancels the request when its caller's token is canceled. Called before the caller has the task. If the request has ended meanwhile
    /// and its object serves another caller, the tokens differ.
    /// </summary>
    public void Register(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
            return;

        // Do not pass the wait itself: a long-lived token must not keep a dropped lease alive.
        _registration = cancellationToken.UnsafeRegister(
            static (request, token) => ((WaitingRequest)request!).OnTokenFired(token), request);
    }

    public override void Grant()
    {
        GrantJoined();
        _core.SetResult(Result!);
    }

    public override void Reject(Exception reason)
    {
        RejectJoined(reason);
        _core.SetException(reason);
    }

    public T GetResult(short token)
    {
        if (GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException(
                $"The request for {string.Join(", ", request.Models.Select(static model => $"'{model.Id}'"))} is still waiting, and a "
                + "thread cannot be blocked until it ends. Use await instead of Result or GetResult().");
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Recycle();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => token == _core.Version
        ? _core.GetStatus(token)
        : throw new InvalidOperationException("A request for a lease was awaited twice. Await it once, or convert it with AsTask().");

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    private void Recycle()
    {
        // Do not call Dispose, which would wait for a callback that a listener may block. A late callback is recognized by its token.
        _registration.Unregister();
        _registration = default;
        Result = default;
        ForgetJoined();
        _core.Reset();
        request.Keep(this);
    }
}
