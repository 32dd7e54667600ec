using Microsoft.Extensions.Logging;

namespace SharedModels.TorchSharp.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(
        101, LogLevel.Information,
        "CUDA device {Device} is {Name}: {FreeBytes} of {TotalBytes} bytes are free, models may take {BudgetBytes}.")]
    public static partial void DeviceFound(ILogger logger, Device device, string name, long freeBytes, long totalBytes, long budgetBytes);

    [LoggerMessage(
        102, LogLevel.Warning,
        "The machine has {Count} CUDA devices that TorchSharp cannot use: {Reason} Reference TorchSharp-cuda-linux or "
        + "TorchSharp-cuda-windows.")]
    public static partial void TorchHasNoCuda(ILogger logger, int count, string reason);

    [LoggerMessage(103, LogLevel.Warning, "CUDA device {Ordinal} is left out: it does not answer.")]
    public static partial void DeviceLeftOut(ILogger logger, Exception exception, int ordinal);

    [LoggerMessage(104, LogLevel.Error, "CUDA device {Device} is lost until the application starts again.")]
    public static partial void DevicePoisoned(ILogger logger, Exception exception, Device device);

    [LoggerMessage(
        105, LogLevel.Warning,
        "Weights stay in pageable memory, from which they move at about half the speed: {Reason} (pinned-memory budget: {BudgetBytes} "
        + "bytes). This is logged once.")]
    public static partial void MemoryNotPinned(ILogger logger, string reason, long budgetBytes);

    [LoggerMessage(106, LogLevel.Debug, "Host memory could not be unpinned.")]
    public static partial void UnpinFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        107, LogLevel.Warning,
        "The parameters of {Module} cannot be placed in one block, so that it moves by its own to(device), parameter by parameter.")]
    public static partial void ArenaRejected(ILogger logger, Exception exception, Type module);

    [LoggerMessage(
        108, LogLevel.Debug,
        "{Count} tensors of an InvokeAsync on {Module} outlive it without being what it returned; they are freed when they are disposed "
        + "or collected.")]
    public static partial void TensorsLeaked(ILogger logger, long count, Type module);

    [LoggerMessage(
        109, LogLevel.Warning,
        "The module {Module} could be moved neither to its device nor back to the host; its next move begins with the way back.")]
    public static partial void ModuleInParts(ILogger logger, Exception exception, Type module);
}
