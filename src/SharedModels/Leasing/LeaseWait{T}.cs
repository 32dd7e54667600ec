namespace SharedModels.Leasing;

/// <summary>The wait of a caller who gets its lease with the grant.</summary>
internal sealed class LeaseWait<T>(IModelLease<T> lease) : TaskCompletionSource<IModelLease<T>>(TaskCreationOptions.RunContinuationsAsynchronously), ILeaseWait
    where T : class
{
    Task ILeaseWait.Task => Task;

    public void Grant() => TrySetResult(lease);

    public void Reject(Exception reason) => TrySetException(reason);

    public void Cancel(CancellationToken token) => TrySetCanceled(token);
}
