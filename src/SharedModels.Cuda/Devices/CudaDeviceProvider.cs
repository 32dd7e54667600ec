using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Diagnostics;
using SharedModels.Cuda.Driver;
using SharedModels.Devices;

namespace SharedModels.Cuda.Devices;

/// <summary>The machine's CUDA devices, as far as the driver lets this process use them and an engine can.</summary>
/// <remarks>
/// An error that spoils a context spoils it for good: CUDA answers every later call in it with the same error, and libtorch, whose
/// allocator, handles and streams all live in the device's one primary context, cannot be given another. So a device that was lost that way
/// stays lost until the process ends. Contexts are kept until then: libtorch keeps
/// them too, and models of other containers have pinned memory through them.
/// </remarks>
internal sealed class CudaDeviceProvider(
    ICudaDriver? driver,
    INvml? nvml,
    IReadOnlyList<ICudaEngine> engines,
    CudaOptions options,
    ILogger logger)
    : IDeviceProvider
{
    private const string Kind = "cuda";
    private const long ProbeBytes = 1 << 20;

    private readonly ConcurrentDictionary<Device, Exception> _poisoned = new();
    private readonly ConcurrentDictionary<Device, CudaDeviceBaseline> _baselines = new();
    private readonly ConcurrentDictionary<Device, NeighbourBudget> _budgets = new();
    private readonly ConcurrentDictionary<Device, bool> _unknown = new();

    public event EventHandler<DeviceLostEventArgs>? DeviceLost;

    public event EventHandler<DeviceMemoryEventArgs>? MemoryChanged;

    /// <summary>The devices that models may use.</summary>
    public IEnumerable<Device> Devices => _baselines.Keys.OrderBy(static device => device.Index);

    public IReadOnlyList<DeviceInfo> GetDevices()
    {
        if (driver is null)
            return [];
        var problems = engines.Select(static engine => engine.FindProblem()).ToList();
        if (!problems.Contains(null))
        {
            Log.NoEngineForDevices(logger, driver.DeviceCount, string.Join(" ", problems));
            return [];
        }

        return [.. Enumerable.Range(0, driver.DeviceCount).Select(Open).OfType<DeviceInfo>()];
    }

    public DeviceFailure Classify(Device device, Exception exception)
    {
        var failure = CudaErrors.Classify(exception);
        if (failure == DeviceFailure.Lost && device.Kind == Kind && Causes(exception).FirstOrDefault(CudaErrors.IsSticky) is { } cause)
            Poison(device, cause);
        return failure;
    }

    public ValueTask ProbeAsync(Device device, CancellationToken cancellationToken)
    {
        if (_poisoned.TryGetValue(device, out var cause))
        {
            throw new DeviceLostException(
                $"{device} cannot be used by this process any more: {cause.Message} CUDA gives a process no new context after such an "
                + "error; restart the application.",
                cause);
        }

        driver!.Synchronize(device.Index);
        driver.Free(device.Index, driver.Allocate(device.Index, ProbeBytes));
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads a device's state, and reports it lost if that says so; <see langword="null"/> if it does not answer.</summary>
    public CudaDeviceReading? Read(Device device)
    {
        if (!_baselines.TryGetValue(device, out var baseline) || _poisoned.ContainsKey(device))
            return null;
        try
        {
            var state = nvml?.Read(baseline.Uuid);
            foreach (var xid in state?.CriticalXids ?? [])
            {
                if (Xid.Describe(xid) is not { } description)
                    continue;
                Lose(device, new DeviceLostException($"{device} is lost: {description} (Xid {xid})."));
                return null;
            }

            var (free, _) = driver!.GetMemory(device.Index);
            var others = state?.OtherProcessesBytes - baseline.OtherProcessesBytes ?? 0;
            return new(baseline.FreeBytes - free - others, state?.OtherProcessesBytes, state?.TemperatureCelsius);
        }
        catch (CudaException exception)
        {
            if (CudaErrors.IsSticky(exception))
                Lose(device, exception);
            return null;
        }
    }

    /// <summary>Has the budget of a device follow what other processes take of it; not for use by several threads at once.</summary>
    /// <param name="device">The device.</param>
    /// <param name="inUse">The bytes of models that cannot be evicted now.</param>
    /// <param name="now">The time.</param>
    public void FollowNeighbours(Device device, long inUse, DateTimeOffset now)
    {
        if (Read(device) is not { } reading)
            return;
        var baseline = _baselines[device];
        var budget = _budgets.GetOrAdd(
            device, static (_, start) => new(start.Bytes, start.Delay), (Bytes: BudgetOf(baseline), Delay: options.BudgetGrowthDelay));
        if (reading.OtherProcessesBytes is not { } others || baseline.OtherProcessesBytes is not { } othersAtStart)
        {
            if (_unknown.TryAdd(device, true))
                Log.NeighboursUnknown(logger, device, budget.Bytes);
            return;
        }

        var old = budget.Bytes;
        if (!budget.Update(BudgetOf(baseline) + othersAtStart - others, inUse, now))
            return;
        Log.BudgetChanged(logger, device, others, budget.Bytes, old);
        MemoryChanged?.Invoke(this, new(device, budget.Bytes));
    }

    private long BudgetOf(CudaDeviceBaseline baseline) => Math.Max(0, baseline.FreeBytes - options.ReserveBytes);

    /// <summary>What the budget becomes when no other process is left; <see langword="null"/> if it does not follow them.</summary>
    private long? LargestBudgetOf(CudaDeviceBaseline baseline) =>
        baseline.OtherProcessesBytes is { } others && options.MonitorInterval != Timeout.InfiniteTimeSpan
            ? Math.Max(BudgetOf(baseline), (BudgetOf(baseline) + others) / NeighbourBudget.Step * NeighbourBudget.Step)
            : null;

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            yield return exception;
    }

    private DeviceInfo? Open(int ordinal)
    {
        var device = Device.Cuda(ordinal);
        try
        {
            // libtorch makes the same context as soon as it is used: what that costs is not free for models.
            driver!.RetainContext(ordinal);
            var (free, total) = driver.GetMemory(ordinal);
            var (uuid, name) = (driver.GetUuid(ordinal), driver.GetName(ordinal));
            var baseline = _baselines[device] = new(uuid, free, nvml?.Read(uuid)?.OtherProcessesBytes);
            var budget = BudgetOf(baseline);
            Log.DeviceFound(logger, device, name, free, total, budget);
            return new(device, name, budget) { TotalBytes = total, MaxMemoryBytes = LargestBudgetOf(baseline) };
        }
        catch (CudaException exception)
        {
            Log.DeviceLeftOut(logger, exception, ordinal);
            return null;
        }
    }

    private void Lose(Device device, Exception cause)
    {
        if (Poison(device, cause))
            DeviceLost?.Invoke(this, new(device, cause));
    }

    private bool Poison(Device device, Exception cause)
    {
        var isNew = _poisoned.TryAdd(device, cause);
        if (isNew)
            Log.DevicePoisoned(logger, cause, device);
        return isNew;
    }
}
