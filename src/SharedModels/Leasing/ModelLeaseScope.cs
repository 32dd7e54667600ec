namespace SharedModels.Leasing;

/// <inheritdoc cref="IModelLeaseScope"/>
/// <param name="manager">The manager whose models are leased.</param>
/// <param name="scope">The leases that the container has created. The scope shares their holder.</param>
internal sealed class ModelLeaseScope(SharedModelManager manager, LeaseScope scope) : IModelLeaseScope
{
    private static readonly AcquireOptions Unchanged = new();

    private readonly Lock _gate = new();
    private List<IModelLease>? _leases = [];

    public IModelLease<T> CreateLease<T>(string? id = null)
        where T : class
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_leases is null, this);
            var lease = manager.CreateLease<T>(id, scope.Holder);
            _leases.Add(lease);
            return lease;
        }
    }

    public ValueTask AcquireAllAsync(AcquireOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<IModelLease> leases;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_leases is null, this);
            leases = [.. scope.HandedOut.Concat(_leases).Where(static lease => lease.State is LeaseState.Pending)];
        }

        return leases.Count == 0 ? ValueTask.CompletedTask : manager.AcquireAllAsync(leases, options ?? Unchanged, cancellationToken);
    }

    public void Dispose()
    {
        List<IModelLease>? leases;
        lock (_gate)
        {
            leases = _leases;
            _leases = null;
        }

        if (leases is null)
            return;
        scope.Holder.End();
        foreach (var lease in leases)
            lease.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
