using SharedModels.Leasing.Invocations;
using SharedModels.Leasing.Requests;
using SharedModels.Leasing.Streams;
using SharedModels.Registration;

namespace SharedModels.Leasing;

/// <inheritdoc cref="ModelLease"/>
internal sealed class ModelLease<T>(LeaseService service, LeaseInvoker invoker, RegisteredModel model, ScopeHolder? holder)
    : ModelLease(service, model, holder), IModelLease<T>
    where T : class
{
    public T Model => (T)HeldModel;

    internal override LeaseWait BeginFetch(LeaseRecord record, CancellationToken cancellationToken) =>
        record.BeginWait<IModelLease<T>>(Service, this, cancellationToken);

    public ValueTask<TResult> InvokeAsync<TResult>(Func<T, TResult> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        if (DeferredResult<TResult>.IsDeferred)
        {
            throw new NotSupportedException(
                $"A {typeof(TResult)} continues after the code has returned it, when another holder may use the model. Give the code a "
                + $"second parameter, the cancellation token, so that {nameof(InvokeAsync)} awaits its task, and use {nameof(StreamAsync)} "
                + "for streams.");
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
        return WithoutResult(invocation);
    }

    public ValueTask<TResult> InvokeAsync<TResult>(
        Func<T, CancellationToken, Task<TResult>> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        return invoker.InvokeAsync(
            this, (model, token) => use((T)model, token), static task => ((Task<TResult>)task).GetAwaiter().GetResult(), cancellationToken);
    }

    public ValueTask InvokeAsync(Func<T, CancellationToken, Task> use, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        var invocation = invoker.InvokeAsync(
            this,
            (model, token) => use((T)model, token),
            static task =>
            {
                task.GetAwaiter().GetResult();
                return true;
            },
            cancellationToken);
        return WithoutResult(invocation);
    }

    public IAsyncEnumerable<TItem> StreamAsync<TItem>(
        Func<T, CancellationToken, IEnumerable<TItem>> use, StreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        return ModelStream<TItem>.Create(invoker, this, (model, token) => use((T)model, token), options, cancellationToken);
    }

    public IAsyncEnumerable<TItem> StreamAsync<TItem>(
        Func<T, CancellationToken, IAsyncEnumerable<TItem>> use,
        StreamOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(use);
        return ModelStream<TItem>.Create(invoker, this, (model, token) => use((T)model, token), options, cancellationToken);
    }

    private static ValueTask WithoutResult(ValueTask<bool> invocation) =>
        invocation.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(invocation.AsTask());
}
