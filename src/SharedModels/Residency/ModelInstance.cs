using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.Residency;

/// <summary>A model's object, with the scope of the services that it depends on. The scope lives as long as the object.</summary>
internal sealed class ModelInstance(object model, AsyncServiceScope? services)
{
    private readonly Lock _lock = new();
    private int _replications;
    private TaskCompletionSource? _replicated;
    private volatile bool _isLoaded;

    public object Model { get; } = model;

    /// <summary>The object that leases provide: the object itself, or the model that it adapts.</summary>
    public object Leased => Model is IModelAdapter adapter ? adapter.Model : Model;

    /// <summary>Indicates whether the model is loaded, so that it can be replicated.</summary>
    public bool IsLoaded
    {
        get => _isLoaded;
        set => _isLoaded = value;
    }

    public static async Task<ModelInstance> CreateAsync(Func<IServiceProvider, object> factory, IServiceScopeFactory? scopes)
    {
        AsyncServiceScope? services = scopes?.CreateAsyncScope();
        try
        {
            var model = factory(services?.ServiceProvider ?? NoServices.Instance);
            return new(model ?? throw new InvalidOperationException("The factory of the model returned null."), services);
        }
        catch
        {
            if (services is { } scope)
                await scope.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates a replica of a loaded model. Returns <see langword="null"/> if the model does not create replicas.</summary>
    /// <exception cref="InvalidOperationException">The model did not return another object of its class.</exception>
    public async Task<ModelInstance?> TryReplicateAsync(IServiceScopeFactory? scopes)
    {
        if (Model is not IReplicatedModel source || !IsLoaded || !TryBeginReplication())
            return null;
        try
        {
            return await CreateAsync(services => Check(source.CreateReplica(services)), scopes).ConfigureAwait(false);
        }
        finally
        {
            EndReplication();
        }
    }

    public async Task FreeAsync()
    {
        await BeginFree().ConfigureAwait(false);
        try
        {
            if (Model is IPlacedModel placed)
                await placed.RemoveAsync().ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    private ISharedModel Check(ISharedModel replica) => replica != Model && replica?.GetType() == Model.GetType()
        ? replica
        : throw new InvalidOperationException(
            $"{nameof(IReplicatedModel.CreateReplica)} of {Model.GetType()} must return another object of the same class.");

    private bool TryBeginReplication()
    {
        lock (_lock)
        {
            if (_replicated is not null)
                return false;
            _replications++;
            return true;
        }
    }

    private void EndReplication()
    {
        lock (_lock)
        {
            if (--_replications == 0)
                _replicated?.TrySetResult();
        }
    }

    /// <summary>Prevents further replications and waits for running ones.</summary>
    private Task BeginFree()
    {
        lock (_lock)
        {
            _replicated ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_replications == 0)
                _replicated.TrySetResult();
            return _replicated.Task;
        }
    }

    private async Task DisposeAsync()
    {
        try
        {
            if (Model is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync().ConfigureAwait(false);
            else
                (Model as IDisposable)?.Dispose();
        }
        finally
        {
            if (services is { } scope)
                await scope.DisposeAsync().ConfigureAwait(false);
        }
    }
}
