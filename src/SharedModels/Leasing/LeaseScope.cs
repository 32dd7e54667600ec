namespace SharedModels.Leasing;

/// <summary>
/// The leases of a dependency injection scope. The container creates them, possibly on several threads, and disposes them.
/// </summary>
internal sealed class LeaseScope(SharedModelManager manager) : IDisposable
{
    private readonly Lock _lock = new();
    private List<ModelLease>? _further;
    private ModelLease? _first;

    /// <summary>The holder of the leases.</summary>
    public ScopeHolder Holder { get; } = new();

    /// <summary>The leases that the container has created so far.</summary>
    public IReadOnlyList<IModelLease> HandedOut
    {
        get
        {
            lock (_lock)
                return _first is null ? [] : [_first, .. _further ?? []];
        }
    }

    /// <summary>Returns the scope's lease on a model. It is the same lease whether it is requested by class or by id.</summary>
    public IModelLease<T> GetLease<T>(string id)
        where T : class
    {
        lock (_lock)
        {
            if (Find(id) is IModelLease<T> known)
                return known;
            var lease = manager.CreateLease<T>(id, Holder);
            if (_first is null)
                _first = lease;
            else
                (_further ??= []).Add(lease);
            return lease;
        }
    }

    public void Dispose() => Holder.End();

    private ModelLease? Find(string id)
    {
        if (_first is null || string.Equals(_first.ModelId, id, StringComparison.OrdinalIgnoreCase))
            return _first;
        return _further?.Find(lease => string.Equals(lease.ModelId, id, StringComparison.OrdinalIgnoreCase));
    }
}
