namespace SharedModels.Leasing;

/// <summary>What a caller waits for until its request has ended; one call ends it, the others do nothing.</summary>
internal interface ILeaseWait
{
    Task Task { get; }

    void Grant();

    void Reject(Exception reason);

    void Cancel(CancellationToken token);
}
