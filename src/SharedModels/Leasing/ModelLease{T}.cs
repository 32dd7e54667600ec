using SharedModels.Residency;
using SharedModels.Scheduling;

namespace SharedModels.Leasing;

/// <inheritdoc cref="ModelLease"/>
internal sealed class ModelLease<T>(LeaseCoordinator coordinator, ModelHost host, LeaseHolder? holder)
    : ModelLease(coordinator, host, holder), IModelLease<T>
    where T : class
{
    public T Model => (T)HeldModel;

    public ValueTask<TResult> InvokeAsync<TResult>(Func<T, TResult> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        if (typeof(Task).IsAssignableFrom(typeof(TResult)) || typeof(TResult) == typeof(ValueTask))
        {
            throw new NotSupportedException(
                $"{nameof(InvokeAsync)} runs code that ends when it returns; what it returns here, a {typeof(TResult).Name}, goes on afterwards, when the model may be another's. "
                + $"Use {nameof(Model)} in asynchronous code.");
        }

        return Coordinator.InvokeAsync(this, model => use((T)model), cancellationToken);
    }
}
