using Microsoft.Extensions.Logging;

namespace SharedModels.Diagnostics;

/// <summary>Every line that the manager logs.</summary>
internal static partial class Log
{
    /// <summary>What the message of a lease says of where it was acquired.</summary>
    public static string WhereAcquired(string? stackTrace) =>
        stackTrace is null
            ? "Set SharedModels:Leasing:CaptureStackTraces to true to log where it was acquired."
            : $"It was acquired {stackTrace}";

    [LoggerMessage(1, LogLevel.Information, "Model '{ModelId}' ({Type}) is registered to run on {Devices}.")]
    public static partial void ModelRegistered(ILogger logger, string modelId, Type type, string devices);

    [LoggerMessage(2, LogLevel.Warning, "Model '{ModelId}' is registered already; the further registration changes nothing.")]
    public static partial void ModelRegisteredTwice(ILogger logger, string modelId);

    [LoggerMessage(3, LogLevel.Warning, "SharedModels:Devices:{Device} has settings, but this machine has no such device; it has {Known}.")]
    public static partial void UnknownDeviceConfigured(ILogger logger, string device, string known);

    [LoggerMessage(
        4, LogLevel.Warning, "SharedModels:Models:{ModelId} has settings, but no such model is registered; registered are {Known}.")]
    public static partial void UnknownModelConfigured(ILogger logger, string modelId, string known);

    [LoggerMessage(10, LogLevel.Information, "Model '{ModelId}' is loaded after {Seconds:0.000} s; it takes {HostBytes} bytes.")]
    public static partial void ModelLoaded(ILogger logger, string modelId, double seconds, long hostBytes);

    [LoggerMessage(11, LogLevel.Error, "Model '{ModelId}' could not be loaded.")]
    public static partial void LoadFailed(ILogger logger, Exception? exception, string modelId);

    [LoggerMessage(12, LogLevel.Information, "Model '{ModelId}' is on {Device} after {Seconds:0.000} s.")]
    public static partial void ModelMoved(ILogger logger, string modelId, Device device, double seconds);

    [LoggerMessage(13, LogLevel.Error, "Model '{ModelId}' could not be moved to {Device}.")]
    public static partial void MoveFailed(ILogger logger, Exception? exception, string modelId, Device device);

    [LoggerMessage(14, LogLevel.Information, "Model '{ModelId}' is off {Device}.")]
    public static partial void ModelEvicted(ILogger logger, string modelId, Device device);

    [LoggerMessage(15, LogLevel.Information, "Model '{ModelId}' is unloaded.")]
    public static partial void ModelUnloaded(ILogger logger, string modelId);

    [LoggerMessage(16, LogLevel.Error, "Model '{ModelId}' threw while it was cancelled or disposed.")]
    public static partial void CleanUpFailed(ILogger logger, Exception? exception, string modelId);

    [LoggerMessage(19, LogLevel.Error, "A callback on the token of a lease threw.")]
    public static partial void CallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(17, LogLevel.Error, "Model '{ModelId}' could not be preloaded; its first request tries again.")]
    public static partial void PreloadFailed(ILogger logger, Exception? exception, string modelId);

    [LoggerMessage(
        18, LogLevel.Warning,
        "A lease on model '{ModelId}' has been held for more than {Seconds:0.#} s (SharedModels:Leasing:MaxHold); other requests wait "
        + "until it is disposed. {Where}")]
    public static partial void LeaseOverdue(ILogger logger, string modelId, double seconds, string where);

    [LoggerMessage(21, LogLevel.Error, "Device {Device} is lost: it takes no more requests until a probe finds it well.")]
    public static partial void DeviceLost(ILogger logger, Exception cause, Device device);

    [LoggerMessage(22, LogLevel.Information, "Device {Device} serves again.")]
    public static partial void DeviceReturned(ILogger logger, Device device);

    [LoggerMessage(
        23, LogLevel.Error,
        "A lease on model '{ModelId}' was garbage-collected without being disposed; it has been released. Dispose leases with 'await "
        + "using' or inject them. {Where}")]
    public static partial void LeaseDropped(ILogger logger, string modelId, string where);

    [LoggerMessage(
        24, LogLevel.Warning,
        "Model '{ModelId}' runs on the CPU, because none of {Devices} serves or has enough memory for it "
        + "(SharedModels:Leasing:CpuFallback).")]
    public static partial void FellBack(ILogger logger, string modelId, string devices);

    [LoggerMessage(25, LogLevel.Error, "The changed settings are not taken over, and those from before stay in force.")]
    public static partial void OptionsRejected(ILogger logger, Exception exception);

    [LoggerMessage(26, LogLevel.Information, "The changed settings are in force.")]
    public static partial void OptionsChanged(ILogger logger);

    [LoggerMessage(
        20, LogLevel.Warning,
        "Stopped without waiting any longer for {What}. Leases are lost; their models are freed when they are disposed.")]
    public static partial void LeftAtShutdown(ILogger logger, string what);

    [LoggerMessage(27, LogLevel.Information, "Stopping: waiting for {What}.")]
    public static partial void WaitingAtShutdown(ILogger logger, string what);

    [LoggerMessage(28, LogLevel.Error, "A decision of the scheduler could not be carried out. Please report this.")]
    public static partial void EffectFailed(ILogger logger, Exception exception);
}
