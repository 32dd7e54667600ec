namespace SharedModels.Leasing;

/// <inheritdoc cref="IModelLeaseScope"/>
internal sealed class ModelLeaseScope(SharedModelManager manager, LeaseScope holder) : IModelLeaseScope
{
    private readonly Lock _gate = new();
    private List<IModelLease>? _leases = [];

    public IModelLease<T> CreateLease<T>(string? id = null)
        where T : class
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_leases is null, this);
            var lease = manager.CreateLease<T>(id, holder);
            _leases.Add(lease);
            return lease;
        }
    }

    public void Dispose()
    {
        List<IModelLease>? leases;
        lock (_gate)
        {
            leases = _leases;
            _leases = null;
        }

        foreach (var lease in leases ?? [])
            lease.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
