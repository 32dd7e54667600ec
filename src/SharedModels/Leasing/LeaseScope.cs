using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <summary>The holder of all leases of one dependency-injection scope.</summary>
internal sealed class LeaseScope(SharedModelManager manager) : IModelLeaseScope
{
    private readonly LeaseHolder _holder = new();

    public IModelLease<T> CreateLease<T>(string? id = null)
        where T : class
        => manager.CreateLease<T>(id!, _holder);

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
