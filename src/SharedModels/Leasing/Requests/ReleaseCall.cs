using SharedModels.Coordination;
using SharedModels.Scheduling;

namespace SharedModels.Leasing.Requests;

/// <summary>Releases a lease.</summary>
internal struct ReleaseCall(LeaseService service, ModelLease lease) : IGateCall
{
    private CancellationTokenSource? _streams;

    public bool IsCoarse { get; } = service.ReleasesAreCoarse && lease.Registered.Canary is null;

    public ReleasedLease Released { get; private set; }

    public void Change(LeaseScheduler scheduler, long now)
    {
        _streams = lease.Record?.Disposal;
        Released = service.End(scheduler, now, lease);
    }

    public readonly void Finish()
    {
        Released.Wait?.Reject(
            new ObjectDisposedException(
                nameof(IModelLease), $"The lease on model '{lease.ModelId}' was disposed while it was being acquired."));
        _ = _streams?.CancelAsync();
    }
}
