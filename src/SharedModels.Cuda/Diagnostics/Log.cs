using Microsoft.Extensions.Logging;

namespace SharedModels.Cuda.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(
        101, LogLevel.Information,
        "CUDA device {device} is {Name}: {FreeBytes} of {TotalBytes} bytes are free. Models can take {BudgetBytes} bytes.")]
    public static partial void DeviceFound(ILogger logger, Device device, string name, long freeBytes, long totalBytes, long budgetBytes);

    [LoggerMessage(102, LogLevel.Warning, "The machine has {Count} CUDA device(s) that no engine can use: {Reason}")]
    public static partial void NoEngineForDevices(ILogger logger, int count, string reason);

    [LoggerMessage(103, LogLevel.Warning, "CUDA device {Ordinal} is not used because it does not respond.")]
    public static partial void DeviceLeftOut(ILogger logger, Exception exception, int ordinal);

    [LoggerMessage(104, LogLevel.Error, "CUDA device {device} is permanently lost to this process. {Remedy}")]
    public static partial void DevicePoisoned(ILogger logger, Exception exception, Device device, string remedy);

    [LoggerMessage(
        105, LogLevel.Warning,
        "Weights stay in pageable memory, which slows down their moves: {Reason} (pinned-memory budget: {BudgetBytes} "
        + "bytes). This is logged once.")]
    public static partial void MemoryNotPinned(ILogger logger, string reason, long budgetBytes);

    [LoggerMessage(106, LogLevel.Debug, "Host memory could not be unpinned. It is freed because all devices are lost.")]
    public static partial void UnpinFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        110, LogLevel.Information,
        "Other processes take {OtherBytes} bytes of CUDA device {device}. The budget of models has changed from {OldBytes} to "
        + "{BudgetBytes} bytes.")]
    public static partial void BudgetChanged(ILogger logger, Device device, long otherBytes, long budgetBytes, long oldBytes);

    [LoggerMessage(
        111, LogLevel.Warning,
        "NVML does not report the memory of other processes on CUDA device {device}, so MemoryBudget 'auto' stays at {BudgetBytes} bytes. "
        + "NVML never reports it on Windows, and in a container only with the process ids of the host (--pid=host).")]
    public static partial void NeighborsUnknown(ILogger logger, Device device, long budgetBytes);

    [LoggerMessage(112, LogLevel.Warning, "CUDA device {device} could not be checked. It will be checked again.")]
    public static partial void CheckFailed(ILogger logger, Exception exception, Device device);

    [LoggerMessage(116, LogLevel.Warning, "Device memory could not be returned to the driver. It is freed when the process ends.")]
    public static partial void DeviceMemoryLost(ILogger logger, Exception exception);

    [LoggerMessage(
        121, LogLevel.Warning,
        "{Bytes} bytes of host memory could not be unpinned and are kept until the application ends, because a device may still copy from "
        + "them. The total is {LeakedBytes} bytes.")]
    public static partial void PinnedMemoryLeaked(ILogger logger, Exception exception, long bytes, long leakedBytes);

    [LoggerMessage(122, LogLevel.Warning, "No CUDA device is used. {Problem}")]
    public static partial void DriverUnusable(ILogger logger, string problem);

    [LoggerMessage(123, LogLevel.Error, "CUDA device {device} has not responded for {Seconds} s and is lost until it responds.")]
    public static partial void DeviceSilent(ILogger logger, Device device, long seconds);

    [LoggerMessage(
        124, LogLevel.Information,
        "CUDA device {device} responds again after {Seconds} s. It is used again once a probe succeeds.")]
    public static partial void DeviceAnswersAgain(ILogger logger, Device device, long seconds);
}
