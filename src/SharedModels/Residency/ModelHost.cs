using Microsoft.Extensions.DependencyInjection;
using SharedModels.Scheduling;

namespace SharedModels.Residency;

/// <summary>A registered model with the object behind it: does the loading, moving and freeing that the scheduler decides on.</summary>
internal sealed class ModelHost : ScheduledModel
{
    private readonly Func<IServiceProvider, object>? _factory;
    private ModelInstance? _instance;
    private Task _lastOperation = Task.CompletedTask;

    /// <summary>A model that is constructed anew for each load.</summary>
    public ModelHost(ModelSettings settings, Type type, Func<IServiceProvider, object> factory)
        : base(settings)
    {
        Type = type;
        _factory = factory;
    }

    /// <summary>A model that was given as an object: it lives as long as the manager.</summary>
    public ModelHost(ModelSettings settings, object model)
        : base(settings with { CanReload = false })
    {
        Type = model.GetType();
        _instance = new(model, services: null);
    }

    public Type Type { get; }

    /// <summary>The object; present from the load on.</summary>
    public object? Model => _instance?.Model;

    /// <summary>Ends when the eviction that runs has ended.</summary>
    public TaskCompletionSource? Eviction { get; set; }

    /// <exception cref="TimeoutException">The model takes longer than it may.</exception>
    public async Task<ModelFootprint> LoadAsync(IServiceScopeFactory? scopes, OperationLimit limit)
    {
        _instance ??= await ModelInstance.CreateAsync(_factory!, scopes).ConfigureAwait(false);
        if (Model is not ISharedModel shared)
            return default;
        await RunAsync(shared.LoadAsync, limit).ConfigureAwait(false);
        return shared.Footprint;
    }

    /// <exception cref="TimeoutException">The model takes longer than it may.</exception>
    /// <exception cref="NotSupportedException">The model cannot be moved.</exception>
    public Task MoveAsync(Device device, OperationLimit limit) =>
        Model is ISharedModel shared
            ? RunAsync(token => shared.ToAsync(device, token), limit)
            : throw new NotSupportedException($"{Type} is no {nameof(ISharedModel)}, so it runs on the CPU alone; set its Device to {nameof(DevicePreference.Cpu)}.");

    public async Task UnloadAsync()
    {
        if (_instance is not { } instance)
            return;
        _instance = null;
        await instance.FreeAsync().ConfigureAwait(false);
    }

    /// <summary>Runs code of the model, which may throw, or hang and ignore its token.</summary>
    private async Task RunAsync(Func<CancellationToken, ValueTask> operation, OperationLimit limit)
    {
        if (!_lastOperation.IsCompleted)
            throw new InvalidOperationException("An earlier load or move of this very object still hangs.");
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(limit.Stopping);
        var running = Task.Run(async () => await operation(cancellation.Token).ConfigureAwait(false), CancellationToken.None);
        try
        {
            await running.WaitAsync(limit.Timeout, limit.Time, limit.Stopping).ConfigureAwait(false);
            cancellation.Dispose();
        }
        catch
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
            var freeing = AbandonAsync(running, cancellation);
            if (running.IsCompleted)
                await freeing.ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Frees the object once its code has really ended, unless it was given and has to serve again.</summary>
    private async Task AbandonAsync(Task running, CancellationTokenSource cancellation)
    {
        var instance = _instance!;
        _lastOperation = Settings.CanReload ? Task.CompletedTask : running;
        _instance = Settings.CanReload ? null : instance;
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.Dispose();
        if (Settings.CanReload)
            await instance.FreeAsync().ConfigureAwait(false);
    }
}
