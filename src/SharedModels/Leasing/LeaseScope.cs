using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <summary>The holder of all leases of one scope. Its leases are made under the container's lock, and disposed by the container.</summary>
internal sealed class LeaseScope(SharedModelManager manager) : LeaseHolder
{
    private List<ModelLease>? _further;
    private ModelLease? _first;

    /// <summary>The leases that the container has handed out so far.</summary>
    public IEnumerable<IModelLease> HandedOut => _first is null ? [] : _further is null ? [_first] : [_first, .. _further];

    /// <summary>The scope's lease on a model: the same one, whether it is asked for by its class or by its id.</summary>
    public IModelLease<T> GetLease<T>(string id)
        where T : class
    {
        if (Find(id) is IModelLease<T> known)
            return known;
        var lease = manager.CreateLease<T>(id, this);
        if (_first is null)
            _first = lease;
        else
            (_further ??= []).Add(lease);
        return lease;
    }

    private ModelLease? Find(string id)
    {
        if (_first is null || string.Equals(_first.ModelId, id, StringComparison.OrdinalIgnoreCase))
            return _first;
        return _further?.Find(lease => string.Equals(lease.ModelId, id, StringComparison.OrdinalIgnoreCase));
    }
}
