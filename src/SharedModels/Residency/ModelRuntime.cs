using Microsoft.Extensions.DependencyInjection;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Residency;

/// <summary>
/// Constructs, loads, moves and frees the object of a model. The model's code can throw, or it can hang and ignore its tokens.
/// </summary>
/// <remarks>
/// The scheduler never runs two steps of one model at the same time. Only abandoned code can run concurrently with a later step.
/// </remarks>
internal sealed class ModelRuntime
{
    private readonly Func<IServiceProvider, object>? _factory;
    private readonly IServiceScopeFactory? _scopes;
    private readonly Action<Exception> _reportCleanUp;
    private volatile ModelInstance? _instance;
    private volatile LoadReport? _report;
    private Task _abandoned = Task.CompletedTask;
    private int _hanging;
    private Device? _estimatedOn;
    private bool _isPlaced;

    /// <summary>Creates the runtime of a model that is constructed for each load.</summary>
    public ModelRuntime(Func<IServiceProvider, object> factory, IServiceScopeFactory? scopes, Action<Exception> reportCleanUp)
    {
        _factory = factory;
        _scopes = scopes;
        _reportCleanUp = reportCleanUp;
    }

    /// <summary>Creates the runtime of a model that was registered as an object, which lives as long as the manager.</summary>
    /// <exception cref="ArgumentException">The model is made for its device, so it must be constructed again for another one.</exception>
    public ModelRuntime(object model, Action<Exception> reportCleanUp)
    {
        if (model is IPlacedModel)
            throw new ArgumentException(
                $"{model.GetType()} is an {nameof(IPlacedModel)}, which is constructed again for another device. Add it with a factory "
                + $"instead: Add(\"id\", services => new {model.GetType().Name}(...)).",
                nameof(model));
        _instance = new(model, services: null);
        _reportCleanUp = reportCleanUp;
    }

    /// <summary>Indicates whether the model can be constructed again.</summary>
    public bool CanReload => _factory is not null;

    /// <summary>The runtimes of the model's replicas, including this one. Set before the first load.</summary>
    public IReadOnlyList<ModelRuntime> Replicas { get; set; } = [];

    /// <summary>The object that leases provide. It exists once the model is loaded.</summary>
    public object? Model => _instance?.Leased;

    /// <summary>The object itself, if it exists.</summary>
    public object? Object => _instance?.Model;

    /// <summary>Indicates whether code of the model has exceeded its time limit and is still running.</summary>
    public bool IsHanging => Volatile.Read(ref _hanging) > 0;

    /// <summary>The progress of the current load, if the model reports it.</summary>
    public ModelLoadProgress? LoadProgress => _report?.Last;

    /// <summary>Constructs the model if necessary and reads its estimated footprint on a device.</summary>
    /// <returns>The first estimate of the model, or <see langword="null"/> if it is already known or there is none.</returns>
    /// <exception cref="OperationFailedException">The model could not be constructed in time.</exception>
    public async Task<ModelFootprint?> EstimateAsync(Device device, OperationLimit limit)
    {
        if (_estimatedOn is { } known && (known == device || !_isPlaced))
            return null;
        ModelFootprint footprint = default;
        await RunAsync(
            async (attempt, _) =>
            {
                attempt.Instance ??= await CreateInstanceAsync().ConfigureAwait(false);
                _isPlaced = attempt.Instance.Model is IPlacedModel;
                footprint = FootprintOf(attempt.Instance.Model, device);
            },
            limit).ConfigureAwait(false);
        _estimatedOn = device;
        return footprint.HostBytes > 0 ? footprint : null;
    }

    /// <summary>Loads the model into host memory. On the CPU, also places a model that is made for its device.</summary>
    /// <exception cref="OperationFailedException">The load failed or exceeded its time limit.</exception>
    public async Task<LoadedModel> LoadAsync(Device device, OperationLimit limit, Action onBegin)
    {
        LoadedModel loaded = default;
        var report = _report = new();
        try
        {
            await RunAsync(
                async (attempt, token) =>
                {
                    onBegin();
                    attempt.Instance ??= await CreateInstanceAsync().ConfigureAwait(false);
                    if (attempt.Instance.Model is not ISharedModel shared)
                        return;
                    var loading = shared is IProgressModel model ? model.LoadAsync(report, token) : shared.LoadAsync(token);
                    await loading.ConfigureAwait(false);
                    attempt.Instance.IsLoaded = true;
                    if (shared is IPlacedModel placed && device.IsCpu)
                        await placed.PlaceAsync(device, token).ConfigureAwait(false);
                    loaded = new(FootprintOf(shared, device), shared.IsMutable, IsPlaced: shared is IPlacedModel);
                },
                limit).ConfigureAwait(false);
            return loaded;
        }
        finally
        {
            _report = null;
        }
    }

    /// <summary>Moves the model to a device, or back to the host. A model that is made for its device is placed or removed.</summary>
    /// <returns>The footprint of a placed model, read again. <see langword="null"/> for other models and after an eviction.</returns>
    /// <exception cref="OperationFailedException">The move failed or exceeded its time limit.</exception>
    public async Task<ModelFootprint?> MoveAsync(Device device, OperationLimit limit, Action? onBegin = null)
    {
        ModelFootprint? measured = null;
        await RunAsync(
            async (attempt, token) =>
            {
                onBegin?.Invoke();
                var model = (ISharedModel)attempt.Instance!.Model;
                if (model is not IPlacedModel placed)
                {
                    await model.ToAsync(device, token).ConfigureAwait(false);
                }
                else if (device.IsCpu)
                {
                    await placed.RemoveAsync().ConfigureAwait(false);
                }
                else
                {
                    measured = await PlaceAsync(placed, device, token).ConfigureAwait(false);
                }
            },
            limit).ConfigureAwait(false);
        return measured;
    }

    /// <summary>Runs the model's code that prepares its first use, within a use of its adapter.</summary>
    /// <exception cref="OperationFailedException">The code failed or exceeded its time limit.</exception>
    public Task WarmUpAsync(Device device, OperationLimit limit) => Object is not (IWarmUp or IModelAdapter)
        ? Task.CompletedTask
        : RunAsync(
            async (attempt, token) =>
            {
                if (attempt.Instance!.Leased is not IWarmUp model)
                    return;
                using var scope = (attempt.Instance.Model as IModelAdapter)?.BeginUse();
                await model.WarmUpAsync(device, token).ConfigureAwait(false);
            },
            limit);

    /// <summary>Creates the runtime of a new version of the model.</summary>
    public ModelRuntime CreateSuccessor() => new(_factory!, _scopes, _reportCleanUp);

    /// <summary>Runs code that uses the model, within a use of its adapter.</summary>
    public TResult Use<TResult>(Func<object, TResult> use)
    {
        var (model, scope) = BeginUse();
        using (scope)
        {
            var result = use(model);
            scope?.Keep(result);
            return result;
        }
    }

    /// <summary>Begins a use of the model's adapter. The caller disposes it on the same thread.</summary>
    public (object Model, IModelUse? Use) BeginUse()
    {
        var instance = _instance!;
        return (instance.Leased, (instance.Model as IModelAdapter)?.BeginUse());
    }

    /// <summary>Disposes the object. If its code is still running, the object is disposed when the code has ended.</summary>
    /// <exception cref="OperationFailedException">The disposal failed or exceeded its time limit.</exception>
    public async Task UnloadAsync(OperationLimit limit)
    {
        if (_instance is not { } instance)
            return;
        _instance = null;
        var abandoned = _abandoned;
        var freeing = Task.Run(async () =>
        {
            await abandoned.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await Failure.CatchAsync(instance.FreeAsync).ConfigureAwait(false);
        });
        try
        {
            await freeing.WaitAsync(limit.Remaining, limit.Time, limit.Stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            if (!freeing.IsCompleted)
                throw new OperationFailedException(TookTooLong(limit, exception), WatchAsync(freeing));
        }

        if (await freeing.ConfigureAwait(false) is { } failure)
            throw new OperationFailedException(failure, null);
    }

    /// <summary>Creates the object from that of a loaded replica if the model allows it. Otherwise, constructs it.</summary>
    private async Task<ModelInstance> CreateInstanceAsync()
    {
        foreach (var replica in Replicas)
        {
            if (replica._instance is { } source && await source.TryReplicateAsync(_scopes).ConfigureAwait(false) is { } copy)
                return copy;
        }

        return await ModelInstance.CreateAsync(_factory!, _scopes).ConfigureAwait(false);
    }

    /// <summary>Places a model and reads its footprint. A model whose footprint cannot be read is not placed.</summary>
    private static async Task<ModelFootprint> PlaceAsync(IPlacedModel model, Device device, CancellationToken token)
    {
        await model.PlaceAsync(device, token).ConfigureAwait(false);
        try
        {
            return FootprintOf(model, device);
        }
        catch
        {
            await model.RemoveAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static ModelFootprint FootprintOf(object model, Device device)
    {
        var (footprint, member) = model switch
        {
            IPlacedModel placed => (placed.FootprintOn(device), nameof(IPlacedModel.FootprintOn)),
            ISharedModel shared => (shared.Footprint, nameof(ISharedModel.Footprint)),
            _ => default,
        };
        if (footprint.HostBytes < 0 || footprint.DeviceBytes < 0 || footprint.WorkingBytes < 0 || footprint.DeviceBytes > long.MaxValue / 4
            || footprint.HostBytes > long.MaxValue / 4 || footprint.WorkingBytes > long.MaxValue / 4)
            throw new InvalidOperationException(
                $"The model's {member} is {footprint}. Each number of bytes must be from 0 to {long.MaxValue / 4}.");
        return footprint;
    }

    private static Failure TookTooLong(OperationLimit limit, Exception exception) => exception is TimeoutException
        ? Own(new TimeoutException(
            $"It took longer than {limit.Timeout} (SharedModels:Leasing:LoadTimeout). Increase the limit, or find out what the model is "
            + "waiting for.",
            exception))
        : Own(new OperationCanceledException("The application is stopping.", exception));

    private static Failure Own(Exception exception) => new(exception, exception.Message) { IsOwn = true };

    /// <summary>Runs code of the model on the thread pool, within its time limit.</summary>
    private async Task RunAsync(Func<Attempt, CancellationToken, Task> operation, OperationLimit limit)
    {
        if (!CanReload && !_abandoned.IsCompleted)
            throw new OperationFailedException(
                Own(new InvalidOperationException("An earlier load or move of this object is still running.")), null);
        var attempt = new Attempt { Instance = _instance };

        // Do not link to the limit's token: a blocking callback of one model would delay the cancellation of the others.
        var cancellation = new CancellationTokenSource();
        var running = Task.Run(
            () => Failure.CatchAsync(() => operation(attempt, cancellation.Token)), CancellationToken.None);
        var isGivenUp = false;
        Exception? givenUp = null;
        try
        {
            await running.WaitAsync(limit.Remaining, limit.Time, limit.Stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            isGivenUp = !running.IsCompleted;
            givenUp = exception;

            // Leave the canceling thread: logging this step must not delay the cancellation of others.
            await Task.Yield();
        }

        if (!isGivenUp && await running.ConfigureAwait(false) is not { } failure)
        {
            _instance = attempt.Instance;
            cancellation.Dispose();
            return;
        }

        failure = isGivenUp ? TookTooLong(limit, givenUp!) : await running.ConfigureAwait(false);
        if (!isGivenUp && limit.IsUnharmedBy(failure!.Exception))
        {
            cancellation.Dispose();
            throw new OperationFailedException(failure, null);
        }

        if (CanReload)
            _instance = null;
        var clearing = ClearAsync(attempt, running, cancellation);
        _abandoned = CanReload ? _abandoned : clearing;
        if (!isGivenUp)
            await clearing
                .WaitAsync(limit.Timeout, limit.Time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw new OperationFailedException(failure!, clearing.IsCompleted ? null : WatchAsync(clearing));
    }

    /// <summary>Counts abandoned code until it has ended.</summary>
    private async Task WatchAsync(Task code)
    {
        Interlocked.Increment(ref _hanging);
        await code.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _hanging);
    }

    /// <summary>
    /// Cancels code and frees its object when the code has ended, unless the object was registered as such and must be used again.
    /// </summary>
    private async Task ClearAsync(Attempt attempt, Task running, CancellationTokenSource cancellation)
    {
#pragma warning disable CA1031 // Exceptions of the cleanup are reported and must not hide the original failure.
        try
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _reportCleanUp(exception);
        }

        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.Dispose();
        try
        {
            if (CanReload && attempt.Instance is { } instance)
                await instance.FreeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _reportCleanUp(exception);
        }
#pragma warning restore CA1031
    }

    /// <summary>A single run of the model's code, with the object that it uses or creates.</summary>
    private sealed class Attempt
    {
        public ModelInstance? Instance { get; set; }
    }
}
