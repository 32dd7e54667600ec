using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Configuration;
using SharedModels.Leasing;
using SharedModels.Scheduling;

namespace SharedModels.Residency;

/// <summary>A registered model with the object behind it: does the loading, moving and freeing that the scheduler decides on.</summary>
internal sealed class ModelHost : ScheduledModel
{
    private const int MaxUnusedRecords = 64;

    private readonly Func<IServiceProvider, object>? _factory;
    private ModelInstance? _instance;
    private Task _lastOperation = Task.CompletedTask;
    private LeaseRecord? _unusedRecord;
    private int _unusedRecords;
    private int _hanging;
    private (ScheduledDevice Device, long Bytes, Task Ended)? _abandoned;

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
        Type = (model as IModelAdapter)?.ModelType ?? model.GetType();
        _instance = new(model, services: null);
    }

    public Type Type { get; }

    /// <summary>What a lease hands out; present from the load on.</summary>
    public object? Model => _instance?.Leased;

    /// <summary>The settings that go behind those of the configuration.</summary>
    public ModelOptions Defaults { get; init; } = new();

    /// <summary>Whether code of the model that took longer than it may still runs.</summary>
    public bool IsHanging => Volatile.Read(ref _hanging) > 0;

    /// <summary>Ends when the last object that was given up while its code ran has been disposed.</summary>
    public Task Freeing { get; private set; } = Task.CompletedTask;

    /// <summary>Remembers that a move was given up whose code still runs; <see langword="false"/> if it does not.</summary>
    public bool Abandon(ScheduledDevice device)
    {
        if (Freeing.IsCompleted)
            return false;
        _abandoned = (device, DeviceCharge, Freeing);
        return true;
    }

    /// <summary>The move that was given up last, where it took which bytes, and when its code has ended.</summary>
    public (ScheduledDevice Device, long Bytes, Task Ended)? TakeAbandoned()
    {
        var abandoned = _abandoned;
        _abandoned = null;
        return abandoned;
    }

    /// <summary>Ends when the eviction that runs has ended.</summary>
    public TaskCompletionSource? Eviction { get; set; }

    /// <summary>Why the model was not on its device when the application started.</summary>
    public string? PreloadError { get; set; }

    /// <summary>The activities of the last load and move, for the waits that they end.</summary>
    public Activity? LastLoad { get; set; }

    /// <inheritdoc cref="LastLoad"/>
    public Activity? LastMove { get; set; }

    /// <summary>A record for a lease; called under the coordinator's lock.</summary>
    public LeaseRecord TakeRecord()
    {
        if (_unusedRecord is not { } record)
            return new(this);
        _unusedRecord = record.NextUnused;
        _unusedRecords--;
        return record;
    }

    /// <summary>Takes a record back that nobody refers to any more; called under the coordinator's lock.</summary>
    public void ReturnRecord(LeaseRecord record)
    {
        // A wait that nobody has taken yet is answered by whoever granted it, a moment from now.
        if (record.IsSpent || record.IsReleased || record.Wait is not null || _unusedRecords == MaxUnusedRecords)
            return;
        record.Close();
        record.NextUnused = _unusedRecord;
        _unusedRecord = record;
        _unusedRecords++;
    }

    /// <exception cref="TimeoutException">The model takes longer than it may.</exception>
    public async Task<ModelFootprint> LoadAsync(IServiceScopeFactory? scopes, OperationLimit limit)
    {
        ModelFootprint footprint = default;
        await RunAsync(
            async (attempt, token) =>
            {
                attempt.Instance ??= await ModelInstance.CreateAsync(_factory!, scopes).ConfigureAwait(false);
                if (attempt.Instance.Model is not ISharedModel shared)
                    return;
                await shared.LoadAsync(token).ConfigureAwait(false);
                footprint = shared.Footprint;
            },
            limit).ConfigureAwait(false);
        return footprint;
    }

    /// <exception cref="TimeoutException">The model takes longer than it may.</exception>
    public Task MoveAsync(Device device, OperationLimit limit) =>
        RunAsync(async (attempt, token) => await ((ISharedModel)attempt.Instance!.Model).ToAsync(device, token).ConfigureAwait(false), limit);

    /// <summary>Whether use changes the model's parameters.</summary>
    public bool HasMutableModel => _instance?.Model is ISharedModel { IsMutable: true };

    /// <summary>Runs code that uses the model, inside what its adapter puts around it.</summary>
    public TResult Use<TResult>(Func<object, TResult> use)
    {
        var instance = _instance!;
        using var scope = (instance.Model as IModelAdapter)?.BeginUse();
        var result = use(instance.Leased);
        scope?.Keep(result);
        return result;
    }

    /// <summary>Disposes the object; one whose own code still hangs, once that has ended.</summary>
    public async Task UnloadAsync()
    {
        if (_instance is not { } instance)
            return;
        _instance = null;
        if (_lastOperation.IsCompleted)
            await instance.FreeAsync().ConfigureAwait(false);
        else
            Freeing = FreeAfterAsync(_lastOperation, instance);
    }

    private static async Task FreeAfterAsync(Task operation, ModelInstance instance)
    {
        await operation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await instance.FreeAsync().ConfigureAwait(false);
    }

    /// <summary>Runs code of the model, which may throw, or hang and ignore its token.</summary>
    private async Task RunAsync(Func<Attempt, CancellationToken, Task> operation, OperationLimit limit)
    {
        if (!_lastOperation.IsCompleted)
            throw new InvalidOperationException("An earlier load or move of this very object still hangs.");
        var attempt = new Attempt { Instance = _instance };
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(limit.Stopping);
        var running = Task.Run(() => operation(attempt, cancellation.Token), CancellationToken.None);
        try
        {
            await running.WaitAsync(limit.Timeout, limit.Time, limit.Stopping).ConfigureAwait(false);
            _instance = attempt.Instance;
            cancellation.Dispose();
        }
        catch (Exception exception) when (running.IsFaulted && limit.IsUnharmedBy(exception))
        {
            cancellation.Dispose();
            throw;
        }
        catch (Exception exception)
        {
            _lastOperation = Settings.CanReload ? Task.CompletedTask : running;
            _instance = Settings.CanReload ? null : _instance;
            Freeing = AbandonAsync(attempt, running, cancellation, limit);
            if (running.IsCompleted)
                await Freeing.ConfigureAwait(false);
            else if (exception is TimeoutException)
                throw new TimeoutException($"It took longer than {limit.Timeout} (SharedModels:Leasing:LoadTimeout). Raise that, or find out what the model waits for.", exception);
            throw;
        }
    }

    /// <summary>Frees the object once its code has really ended, unless it was given and has to serve again.</summary>
    private async Task AbandonAsync(Attempt attempt, Task running, CancellationTokenSource cancellation, OperationLimit limit)
    {
        // Before the cancellation, in which the model's own callbacks may hang too.
        var isHanging = !running.IsCompleted;
        if (isHanging)
            Interlocked.Increment(ref _hanging);
        try
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What the model's callbacks throw is reported, and must not hide why it was cancelled.
        catch (Exception exception)
        {
            limit.ReportCleanUp(Id, exception);
        }

        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (isHanging)
            Interlocked.Decrement(ref _hanging);
        cancellation.Dispose();
        try
        {
            if (Settings.CanReload && attempt.Instance is { } instance)
                await instance.FreeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            limit.ReportCleanUp(Id, exception);
        }
#pragma warning restore CA1031
    }

    /// <summary>One run of the model's code, with the object that it runs on or makes.</summary>
    private sealed class Attempt
    {
        public ModelInstance? Instance { get; set; }
    }
}
