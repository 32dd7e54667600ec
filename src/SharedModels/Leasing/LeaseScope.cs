using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <summary>The holder of all leases of one dependency-injection scope, whose leases the container disposes.</summary>
internal sealed class LeaseScope(SharedModelManager manager)
{
    private readonly LeaseHolder _holder = new();

    public IModelLease<T> CreateLease<T>(string? id)
        where T : class
        => manager.CreateLease<T>(id, _holder);
}
