namespace SharedModels.Leasing;

/// <summary>The wait of a caller who has its lease already.</summary>
internal sealed class LeaseWait() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), ILeaseWait
{
    public void Grant() => TrySetResult();

    public void Reject(Exception reason) => TrySetException(reason);

    public void Cancel(CancellationToken token) => TrySetCanceled(token);
}
