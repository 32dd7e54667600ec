using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <inheritdoc cref="ModelLease"/>
internal sealed class ModelLease<T>(LeaseCoordinator coordinator, ModelHost host, LeaseHolder holder)
    : ModelLease(coordinator, host, holder), IModelLease<T>
    where T : class
{
    public T Model => (T)HeldModel;

    public ValueTask<TResult> InvokeAsync<TResult>(Func<T, TResult> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        return Coordinator.InvokeAsync(this, model => use((T)model), cancellationToken);
    }
}
