namespace SharedModels.Leasing.Requests;

/// <summary>What a caller awaits until its request has ended: whoever takes it from the request ends it, once.</summary>
internal abstract class LeaseWait
{
    private TaskCompletionSource? _joined;

    public abstract void Grant();

    public abstract void Reject(Exception reason);

    /// <summary>What a second caller awaits. Called under the gate's lock while the request waits, and so before the wait ends.</summary>
    public Task Join() => (_joined ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    protected void GrantJoined() => _joined?.TrySetResult();

    protected void RejectJoined(Exception reason)
    {
        if (reason is OperationCanceledException cancelled)
            _joined?.TrySetCanceled(cancelled.CancellationToken);
        else if (_joined?.TrySetException(reason) == true)
            _ = _joined.Task.Exception; // A second caller that has left leaves nobody to observe it.
    }

    protected void ForgetJoined() => _joined = null;
}
