using SharedModels.Leasing.Invocations;
using SharedModels.Leasing.Requests;
using SharedModels.Registration;

namespace SharedModels.Leasing;

/// <inheritdoc cref="ModelLease"/>
internal sealed class ModelLease<T>(LeaseService service, LeaseInvoker invoker, RegisteredModel model, ScopeHolder? holder)
    : ModelLease(service, model, holder), IModelLease<T>
    where T : class
{
    public T Model => (T)HeldModel;

    internal override LeaseWait BeginFetch(LeaseRecord record) => record.BeginWait<IModelLease<T>>(Service, this);

    public ValueTask<TResult> InvokeAsync<TResult>(Func<T, TResult> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        if (DeferredResult<TResult>.IsDeferred)
        {
            throw new NotSupportedException(
                $"{nameof(InvokeAsync)} requires code that has finished when it returns. A {typeof(TResult)} continues afterwards, when "
                + $"another holder may use the model. Use {nameof(Model)} in asynchronous code.");
        }

        return invoker.InvokeAsync(this, model => use((T)model), cancellationToken);
    }

    public ValueTask<TOutput> RunAsync<TInput, TOutput>(
        TInput input, AcquireOptions? options = null, CancellationToken cancellationToken = default)
    {
        var batcher = Registered.Batchers.Get<TInput, TOutput>();
        if (State == LeaseState.Held)
            return invoker.InvokeAsync(this, model => batcher.RunAlone(model, input, cancellationToken), cancellationToken);
        ObjectDisposedException.ThrowIf(State == LeaseState.Released && Holder is null or { IsEnded: true }, this);
        return batcher.RunAsync(input, Holder, options ?? Unchanged, cancellationToken);
    }

    public ValueTask InvokeAsync(Action<T> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        var invocation = invoker.InvokeAsync(
            this,
            model =>
            {
                use((T)model);
                return true;
            },
            cancellationToken);
        return invocation.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(invocation.AsTask());
    }
}
