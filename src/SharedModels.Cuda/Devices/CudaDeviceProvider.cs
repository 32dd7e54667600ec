using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SharedModels.Cuda.Diagnostics;
using SharedModels.Cuda.Driver;
using SharedModels.Cuda.Memory;
using SharedModels.Devices;

namespace SharedModels.Cuda.Devices;

/// <summary>The CUDA devices of the machine that the driver makes available to this process and that an engine can use.</summary>
/// <remarks>
/// An error that makes a context unusable is permanent: CUDA returns the same error for every later call in the context. libtorch's
/// allocator, handles and streams all belong to the single primary context of the device, and libtorch cannot switch to another. A device
/// that was lost in this way stays lost until the process ends. A silent device may return. Contexts are kept until the process ends,
/// because libtorch keeps them too, and models of other containers have pinned memory through them. After <see cref="GetDevices"/>, the
/// driver is called only on the thread of each device, because its calls can hang.
/// </remarks>
internal sealed class CudaDeviceProvider(
    CudaDriver? driver,
    INvml? nvml,
    IReadOnlyList<ICudaEngine> engines,
    CudaOptions options,
    ILogger logger,
    TimeProvider? time = null,
    string? driverProblem = null,
    DeviceMemoryPool? memory = null)
    : IDeviceProvider, IDisposable
{
    private const string Kind = "cuda";
    private const long ProbeBytes = 1 << 20;
    private const string RestartApplication =
        "CUDA does not create a new context for the process after such an error. Restart the application.";
    private const string ResetGpu = "reset the GPU (nvidia-smi --gpu-reset) or restart the machine.";
    private const string RestartOrReset = RestartApplication + " If the error returns, " + ResetGpu;

    private readonly ConcurrentDictionary<Device, CudaDeviceConnection> _connections = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public event EventHandler<DeviceLostEventArgs>? DeviceLost;

    public event EventHandler<DeviceMemoryEventArgs>? MemoryChanged;

    /// <summary>The devices that models may use.</summary>
    public IEnumerable<Device> Devices => _connections.Keys.OrderBy(static device => device.Index);

    public IReadOnlyList<DeviceInfo> GetDevices()
    {
        if (driver is null)
        {
            if (driverProblem is not null)
                Log.DriverUnusable(logger, driverProblem);
            return [];
        }

        // The application's own engine is only considered if there is no other.
        var others = engines.Where(static engine => engine is not AnyCudaEngine).ToList();
        var problems = (others.Count > 0 ? others : engines).Select(static engine => engine.FindProblem()).ToList();
        if (!problems.Contains(null))
        {
            Log.NoEngineForDevices(logger, driver.DeviceCount, string.Join(" ", problems));
            return [];
        }

        return [.. Enumerable.Range(0, driver.DeviceCount).Select(Open).OfType<DeviceInfo>()];
    }

    public DeviceFailure Classify(Device device, Exception exception)
    {
        var diagnosis = CudaErrors.Diagnose(exception);
        if (device.Kind != Kind || !_connections.TryGetValue(device, out var connection))
            return diagnosis.Failure;
        if (diagnosis.Sticky is { } sticky)
            Poison(connection, sticky);
        if (diagnosis.Failure == DeviceFailure.OutOfMemory)
            memory?.Trim(device.Index);
        return diagnosis.MustAskContext ? AskContext(connection, diagnosis.Failure) : diagnosis.Failure;
    }

    public async ValueTask ProbeAsync(Device device, CancellationToken cancellationToken)
    {
        var connection = _connections[device];
        if (connection.Loss is { } loss)
            throw new DeviceLostException(Describe(device, loss), loss.Cause);
        var probe = connection.ProbeAsync(() =>
        {
            driver!.Synchronize(device.Index);
            driver.Free(device.Index, driver.Allocate(device.Index, ProbeBytes));
            return true;
        });
        try
        {
            await probe.WaitAsync(options.MaxReadingAge, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException timeout)
        {
            throw new DeviceLostException(
                FormattableString.Invariant($"{device} has not responded to a probe for {options.MaxReadingAge.TotalSeconds} s."), timeout);
        }
    }

    /// <summary>
    /// Returns a description of the loss of a device and the remedy, or <see langword="null"/> if the device is not lost.
    /// </summary>
    public string? FindLoss(Device device) =>
        _connections.TryGetValue(device, out var connection) && connection.Loss is { } loss ? Describe(device, loss) : null;

    /// <summary>
    /// Reads the state of a device on its thread and reports a loss. The result is <see langword="null"/> if the device is lost or the
    /// previous reading is pending.
    /// </summary>
    /// <exception cref="CudaException">The driver did not return the state.</exception>
    public Task<CudaDeviceReading?> ReadAsync(Device device)
    {
        var connection = _connections[device];
        return connection.TryBeginReading()
            ? connection.Thread.RunAsync(() => Read(connection))
            : Task.FromResult<CudaDeviceReading?>(null);
    }

    /// <summary>Reports a device as lost if it has not responded for <see cref="CudaOptions.MaxReadingAge"/>.</summary>
    public void ReportSilence(Device device)
    {
        var connection = _connections[device];
        var silence = connection.Silence;
        if (silence <= options.MaxReadingAge)
            return;
        var seconds = (long)silence.TotalSeconds;
        var loss = new DeviceLostException($"{device} has not responded for {seconds} s. If it stays silent, {ResetGpu}");
        if (!connection.TryLose(new(loss, Remedy: null), out _))
            return;
        Log.DeviceSilent(logger, device, seconds);
        DeviceLost?.Invoke(this, new(device, loss));
    }

    /// <summary>
    /// Adjusts the budget of a device to the memory that other processes take. Not safe for concurrent use by several threads.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="reading">The state of the device.</param>
    /// <param name="inUse">The bytes of models that cannot be evicted now.</param>
    /// <param name="now">The time.</param>
    public void FollowNeighbors(Device device, CudaDeviceReading reading, long inUse, DateTimeOffset now)
    {
        var connection = _connections[device];
        var baseline = connection.Baseline;
        var budget = connection.Budget ??= new(Math.Max(0, RoomOf(baseline)), options.BudgetGrowthDelay);
        if (reading.OtherProcessesBytes is not { } others || baseline.OtherProcessesBytes is not { } othersAtStart)
        {
            if (!connection.HasUnknownNeighbors)
                Log.NeighborsUnknown(logger, device, budget.Bytes);
            connection.HasUnknownNeighbors = true;
            return;
        }

        var old = budget.Bytes;
        if (!budget.Update(RoomOf(baseline) + othersAtStart - others, inUse, now))
            return;
        Log.BudgetChanged(logger, device, others, budget.Bytes, old);
        MemoryChanged?.Invoke(this, new(device, budget.Bytes));
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values)
            connection.Dispose();
    }

    private static string Describe(Device device, DeviceLoss loss) => loss.Cause is DeviceLostException
        ? loss.Cause.Message
        : $"{device} can no longer be used by this process: {loss.Cause.Message} {loss.Remedy}";

    /// <summary>Returns the bytes that models can take. The result is negative if even the reserve was not free.</summary>
    private long RoomOf(CudaDeviceBaseline baseline) => baseline.FreeBytes - options.ReserveBytes;

    /// <summary>
    /// Returns the budget if there are no other processes, or <see langword="null"/> if the budget does not follow them.
    /// </summary>
    private long? LargestBudgetOf(CudaDeviceBaseline baseline) =>
        baseline.OtherProcessesBytes is { } others && options.MonitorInterval != Timeout.InfiniteTimeSpan
            ? Math.Max(Math.Max(0, RoomOf(baseline)), (RoomOf(baseline) + others) / NeighborBudget.Step * NeighborBudget.Step)
            : null;

    private DeviceInfo? Open(int ordinal)
    {
        var device = Device.Cuda(ordinal);
        try
        {
            // libtorch creates the same context when it is first used, so the memory of the context is not available for models.
            driver!.RetainContext(ordinal);
            var (free, total) = driver.GetMemory(ordinal);
            var (uuid, name) = (driver.GetUuid(ordinal), driver.GetName(ordinal));
            var baseline = new CudaDeviceBaseline(uuid, free, nvml?.Read(uuid)?.OtherProcessesBytes);
            _connections.GetOrAdd(device, static (device, start) => new(device, start.baseline, start._time), (baseline, _time)).Baseline =
                baseline;
            var budget = Math.Max(0, RoomOf(baseline));
            Log.DeviceFound(logger, device, name, free, total, budget);
            return new(device, name, budget) { TotalBytes = total, MaxMemoryBytes = LargestBudgetOf(baseline) };
        }
        catch (CudaException exception)
        {
            Log.DeviceLeftOut(logger, exception, ordinal);
            return null;
        }
    }

    /// <summary>Checks the context after an error that does not show whether the device is lost.</summary>
    /// <param name="connection">The device.</param>
    /// <param name="otherwise">The meaning of the error if the context works.</param>
    private DeviceFailure AskContext(CudaDeviceConnection connection, DeviceFailure otherwise)
    {
        // A failure can be classified twice. A hanging device must block the caller only once.
        if (connection.Loss is not null || connection.LateAnswer is { IsCompleted: false })
            return DeviceFailure.Lost;
        var answer = connection.Thread.RunAsync(() => FindContextError(connection.Device));
        try
        {
            var error = answer.WaitAsync(options.MaxReadingAge, _time).GetAwaiter().GetResult();
            if (error is null)
                return otherwise;
            if (CudaErrors.IsSticky(error))
                Poison(connection, error);
            return DeviceFailure.Lost;
        }
        catch (TimeoutException)
        {
            // The probe decides whether the device returns.
            connection.LateAnswer = answer;
            return DeviceFailure.Lost;
        }
        catch (ObjectDisposedException)
        {
            // The application is stopping. The exception must not replace the failure.
            return otherwise;
        }
    }

    /// <summary>Waits for the device to finish its work. Returns the error if the context is unusable.</summary>
    private CudaException? FindContextError(Device device)
    {
        try
        {
            driver!.Synchronize(device.Index);
            return null;
        }
        catch (CudaException exception)
        {
            return CudaErrors.MeaningOf(exception) is CudaErrorMeaning.ContextLost or CudaErrorMeaning.Unclear ? exception : null;
        }
    }

    private CudaDeviceReading? Read(CudaDeviceConnection connection)
    {
        try
        {
            return TryRead(connection);
        }
        finally
        {
            if (connection.EndReading() is { } silence)
                Log.DeviceAnswersAgain(logger, connection.Device, (long)silence.TotalSeconds);
        }
    }

    private CudaDeviceReading? TryRead(CudaDeviceConnection connection)
    {
        var (device, baseline) = (connection.Device, connection.Baseline);
        var state = nvml?.Read(baseline.Uuid);
        foreach (var number in state?.CriticalXids ?? [])
        {
            if (Xid.Find(number) is not { } xid)
                continue;
            var error = xid.IsLoss ? null : FindContextError(device);
            if (!xid.IsLoss && error is null)
                continue;
            Lose(connection, new DeviceLostException($"{device} is lost: {xid.Meaning} (Xid {number}). {xid.Remedy}", error), xid.Remedy);
            return null;
        }

        try
        {
            var (free, _) = driver!.GetMemory(device.Index);
            var others = state?.OtherProcessesBytes - baseline.OtherProcessesBytes ?? 0;
            return new(baseline.FreeBytes - free - others, state?.OtherProcessesBytes, state?.TemperatureCelsius)
            {
                RetainedBytes = memory?.GetRetainedBytes(device.Index) ?? 0,
            };
        }
        catch (CudaException exception) when (CudaErrors.IsSticky(exception))
        {
            Lose(connection, exception, RemedyOf(exception));
            return null;
        }
    }

    private static string RemedyOf(Exception sticky) =>
        CudaErrors.Find(sticky) is { IsOfHardware: true } ? RestartOrReset : RestartApplication;

    private void Lose(CudaDeviceConnection connection, Exception cause, string remedy)
    {
        if (TryPoison(connection, cause, remedy))
            DeviceLost?.Invoke(this, new(connection.Device, cause));
    }

    private void Poison(CudaDeviceConnection connection, Exception sticky) => TryPoison(connection, sticky, RemedyOf(sticky));

    /// <summary>Marks a device as permanently lost.</summary>
    /// <returns><see langword="true"/> if the loss has not been reported yet.</returns>
    private bool TryPoison(CudaDeviceConnection connection, Exception cause, string remedy)
    {
        var isNew = connection.TryLose(new(cause, remedy), out var wasWell);
        if (isNew)
            Log.DevicePoisoned(logger, cause, connection.Device, remedy);
        return isNew && wasWell;
    }
}
