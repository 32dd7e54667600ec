namespace SharedModels.Leasing.Requests;

/// <summary>A caller's wait for the end of its request. The code that takes it from the request completes it, once.</summary>
internal abstract class LeaseWait
{
    private TaskCompletionSource? _joined;

    public abstract void Grant();

    public abstract void Reject(Exception reason);

    /// <summary>
    /// Returns the task of a second caller. Called under the gate's lock while the request waits, and so before the wait ends.
    /// </summary>
    public Task Join() => (_joined ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    protected void GrantJoined() => _joined?.TrySetResult();

    protected void RejectJoined(Exception reason)
    {
        if (reason is OperationCanceledException canceled)
            _joined?.TrySetCanceled(canceled.CancellationToken);
        else if (_joined?.TrySetException(reason) == true)
            _ = _joined.Task.Exception; // Observe the exception in case the second caller has left.
    }

    protected void ForgetJoined() => _joined = null;
}
