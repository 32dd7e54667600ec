namespace SharedModels.DependencyInjection;

/// <summary>
/// The container's answer to a request for a lease on a class that is not registered. It only exists to fail with a message that names the
/// remedy. Leases on registered classes have registrations of their own, which come first.
/// </summary>
internal sealed class UnregisteredLease<T> : IModelLease<T>
    where T : class
{
    public UnregisteredLease() => throw new InvalidOperationException(
        $"Class '{typeof(T)}' is not registered as a model, so no IModelLease<{typeof(T).Name}> can be injected. Mark the class with "
        + "[SharedModel] and call services.AddSharedModels(), or register it with AddModel. A model that was added to the manager at run "
        + "time can be leased with ISharedModelManager.FetchModelAsync.");

    public string ModelId => throw Unreachable();

    public LeaseState State => throw Unreachable();

    public Device Device => throw Unreachable();

    public int? QueuePosition => throw Unreachable();

    public T Model => throw Unreachable();

    object IModelLease.Model => throw Unreachable();

    public CancellationToken Lost => throw Unreachable();

    public bool TryAcquire() => throw Unreachable();

    public ValueTask AcquireAsync(CancellationToken cancellationToken = default) => throw Unreachable();

    public ValueTask AcquireAsync(AcquireOptions options, CancellationToken cancellationToken = default) => throw Unreachable();

    public ValueTask<TResult> InvokeAsync<TResult>(Func<T, TResult> use, CancellationToken cancellationToken = default) =>
        throw Unreachable();

    public ValueTask InvokeAsync(Action<T> use, CancellationToken cancellationToken = default) => throw Unreachable();

    public ValueTask<TOutput> RunAsync<TInput, TOutput>(
        TInput input, AcquireOptions? options = null, CancellationToken cancellationToken = default) => throw Unreachable();

    public ValueTask<TResult> InvokeAsync<TResult>(
        Func<T, CancellationToken, Task<TResult>> use, CancellationToken cancellationToken = default) => throw Unreachable();

    public ValueTask InvokeAsync(Func<T, CancellationToken, Task> use, CancellationToken cancellationToken = default) =>
        throw Unreachable();

    public IAsyncEnumerable<TItem> StreamAsync<TItem>(
        Func<T, CancellationToken, IEnumerable<TItem>> use,
        StreamOptions? options = null,
        CancellationToken cancellationToken = default) => throw Unreachable();

    public IAsyncEnumerable<TItem> StreamAsync<TItem>(
        Func<T, CancellationToken, IAsyncEnumerable<TItem>> use,
        StreamOptions? options = null,
        CancellationToken cancellationToken = default) => throw Unreachable();

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static InvalidOperationException Unreachable() => new("The constructor has thrown.");
}
