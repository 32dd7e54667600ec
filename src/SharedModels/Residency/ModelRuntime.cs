using Microsoft.Extensions.DependencyInjection;
using SharedModels.Scheduling.Decisions;

namespace SharedModels.Residency;

/// <summary>The object behind a model: constructs, loads, moves and frees it. Its code may throw, or hang and ignore its tokens.</summary>
/// <remarks>
/// The scheduler sees to it that no two steps of one model run at once; only code that was given up may run beside a later step.
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
    private bool _isEstimated;

    /// <summary>A model that is constructed for each load.</summary>
    public ModelRuntime(Func<IServiceProvider, object> factory, IServiceScopeFactory? scopes, Action<Exception> reportCleanUp)
    {
        _factory = factory;
        _scopes = scopes;
        _reportCleanUp = reportCleanUp;
    }

    /// <summary>A model that was given as an object: it lives as long as the manager.</summary>
    public ModelRuntime(object model, Action<Exception> reportCleanUp)
    {
        _instance = new(model, services: null);
        _reportCleanUp = reportCleanUp;
    }

    /// <summary>Whether the model can be constructed again.</summary>
    public bool CanReload => _factory is not null;

    /// <summary>What a lease hands out; present from the load on.</summary>
    public object? Model => _instance?.Leased;

    /// <summary>The object itself, if there is one.</summary>
    public object? Object => _instance?.Model;

    /// <summary>Whether code of the model that took longer than it may still runs.</summary>
    public bool IsHanging => Volatile.Read(ref _hanging) > 0;

    /// <summary>How far the load has come that is running, if the model says so.</summary>
    public ModelLoadProgress? LoadProgress => _report?.Last;

    /// <summary>Constructs the model if need be, and asks it what it will take.</summary>
    /// <returns>The estimate the first time that the model has one; <see langword="null"/> if it is known or there is none.</returns>
    /// <exception cref="OperationFailedException">The model could not be constructed in time.</exception>
    public async Task<ModelFootprint?> EstimateAsync(OperationLimit limit)
    {
        if (_isEstimated)
            return null;
        ModelFootprint footprint = default;
        await RunAsync(
            async (attempt, _) =>
            {
                attempt.Instance ??= await ModelInstance.CreateAsync(_factory!, _scopes).ConfigureAwait(false);
                footprint = (attempt.Instance.Model as ISharedModel)?.Footprint ?? default;
                CheckFootprint(footprint);
            },
            limit).ConfigureAwait(false);
        _isEstimated = true;
        return footprint.HostBytes > 0 ? footprint : null;
    }

    /// <summary>Loads the model into the host's memory.</summary>
    /// <exception cref="OperationFailedException">The load failed, or took longer than it may.</exception>
    public async Task<(ModelFootprint Footprint, bool IsMutable)> LoadAsync(OperationLimit limit)
    {
        (ModelFootprint Footprint, bool IsMutable) loaded = default;
        var report = _report = new();
        try
        {
            await RunAsync(
                async (attempt, token) =>
                {
                    attempt.Instance ??= await ModelInstance.CreateAsync(_factory!, _scopes).ConfigureAwait(false);
                    if (attempt.Instance.Model is not ISharedModel shared)
                        return;
                    var loading = shared is IProgressModel model ? model.LoadAsync(report, token) : shared.LoadAsync(token);
                    await loading.ConfigureAwait(false);
                    loaded = (shared.Footprint, shared.IsMutable);
                    CheckFootprint(loaded.Footprint);
                },
                limit).ConfigureAwait(false);
            return loaded;
        }
        finally
        {
            _report = null;
        }
    }

    /// <summary>Moves the model to a device, or back to the host.</summary>
    /// <exception cref="OperationFailedException">The move failed, or took longer than it may.</exception>
    public Task MoveAsync(Device device, OperationLimit limit) =>
        RunAsync(
            async (attempt, token) => await ((ISharedModel)attempt.Instance!.Model).ToAsync(device, token).ConfigureAwait(false), limit);

    /// <summary>Runs code that uses the model, inside what its adapter puts around it.</summary>
    public TResult Use<TResult>(Func<object, TResult> use)
    {
        var instance = _instance!;
        using var scope = (instance.Model as IModelAdapter)?.BeginUse();
        var result = use(instance.Leased);
        scope?.Keep(result);
        return result;
    }

    /// <summary>Disposes the object; one whose code still runs, when that has ended.</summary>
    /// <exception cref="OperationFailedException">The disposal failed, or took longer than it may.</exception>
    public async Task UnloadAsync(OperationLimit limit)
    {
        if (_instance is not { } instance)
            return;
        _instance = null;
        var abandoned = _abandoned;
        var freeing = Task.Run(async () =>
        {
            await abandoned.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await instance.FreeAsync().ConfigureAwait(false);
        });
        try
        {
            await freeing.WaitAsync(limit.Timeout, limit.Time, limit.Stopping).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it throws is reported by the caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var isHanging = !freeing.IsCompleted;
            throw new OperationFailedException(
                isHanging ? TookTooLong(limit, exception) : Failure.Of(exception), isHanging ? WatchAsync(freeing) : null);
        }
    }

    private static void CheckFootprint(ModelFootprint footprint)
    {
        if (footprint.HostBytes < 0 || footprint.DeviceBytes < 0 || footprint.WorkingBytes < 0 || footprint.DeviceBytes > long.MaxValue / 4
            || footprint.HostBytes > long.MaxValue / 4 || footprint.WorkingBytes > long.MaxValue / 4)
            throw new InvalidOperationException($"The model's {nameof(ISharedModel.Footprint)} is {footprint}. Each number of bytes must "
                + $"be from 0 to {long.MaxValue / 4}.");
    }

    private static Failure TookTooLong(OperationLimit limit, Exception exception) => exception is TimeoutException
        ? Own(new TimeoutException(
            $"It took longer than {limit.Timeout} (SharedModels:Leasing:LoadTimeout). Increase the limit, or find out what the model waits "
            + "for.",
            exception))
        : Own(new OperationCanceledException("The application is stopping.", exception));

    private static Failure Own(Exception exception) => new(exception, exception.Message) { IsOwn = true };

    /// <summary>Runs code of the model on the thread pool, no longer than it may take.</summary>
    private async Task RunAsync(Func<Attempt, CancellationToken, Task> operation, OperationLimit limit)
    {
        if (!CanReload && !_abandoned.IsCompleted)
            throw new OperationFailedException(
                Own(new InvalidOperationException("An earlier load or move of this object is still running.")), null);
        var attempt = new Attempt { Instance = _instance };

        // Not linked to the limit's token: callbacks of one model that block would keep others from being cancelled.
        var cancellation = new CancellationTokenSource();
        var running = Task.Run(() => RunUserCodeAsync(operation, attempt, limit.OnBegin, cancellation.Token), CancellationToken.None);
        var isGivenUp = false;
        Exception? givenUp = null;
        try
        {
            await running.WaitAsync(limit.Timeout, limit.Time, limit.Stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            isGivenUp = !running.IsCompleted;
            givenUp = exception;

            // Leaves the thread that cancels: what is logged of this step must not keep others from being given up.
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

    /// <summary>Runs user code and reads what it throws, all within the limit: the properties of an exception may hang too.</summary>
    private static async Task<Failure?> RunUserCodeAsync(
        Func<Attempt, CancellationToken, Task> operation, Attempt attempt, Action? onBegin, CancellationToken token)
    {
        try
        {
            onBegin?.Invoke();
            await operation(attempt, token).ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Whatever a model throws is the failure of its step.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Failure.Of(exception);
        }
    }

    /// <summary>Counts code that was given up until it has ended.</summary>
    private async Task WatchAsync(Task code)
    {
        Interlocked.Increment(ref _hanging);
        await code.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _hanging);
    }

    /// <summary>Cancels code, and frees its object when it has ended, unless that was given and has to serve again.</summary>
    private async Task ClearAsync(Attempt attempt, Task running, CancellationTokenSource cancellation)
    {
#pragma warning disable CA1031 // What clean-up throws is reported, and must not hide why it was needed.
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

    /// <summary>One run of the model's code, with the object that it runs on or makes.</summary>
    private sealed class Attempt
    {
        public ModelInstance? Instance { get; set; }
    }
}
