using Microsoft.Extensions.Logging;

namespace SharedModels.Diagnostics;

/// <summary>The log messages of the manager.</summary>
internal static partial class Log
{
    /// <summary>Returns the part of a message that says where a lease was acquired.</summary>
    public static string WhereAcquired(string? stackTrace) =>
        stackTrace is null
            ? "Set SharedModels:Leasing:CaptureStackTraces to true to log where it was acquired."
            : $"It was acquired {stackTrace}";

    [LoggerMessage(1, LogLevel.Information, "Model '{model}' ({Type}) is registered to run on {Devices}.")]
    public static partial void ModelRegistered(ILogger logger, string model, Type type, string devices);

    [LoggerMessage(2, LogLevel.Warning, "Model '{model}' is already registered. The new registration is ignored.")]
    public static partial void ModelRegisteredTwice(ILogger logger, string model);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "SharedModels:Devices:{device} has settings, but this machine has no such device. Devices of this machine: {Known}.")]
    public static partial void UnknownDeviceConfigured(ILogger logger, string device, string known);

    [LoggerMessage(
        4, LogLevel.Warning, "SharedModels:Models:{model} has settings, but no such model is registered. Registered models: {Known}.")]
    public static partial void UnknownModelConfigured(ILogger logger, string model, string known);

    [LoggerMessage(10, LogLevel.Information, "Loaded model '{model}' in {Seconds:0.000} s. It takes {HostBytes} bytes.")]
    public static partial void ModelLoaded(ILogger logger, string model, double seconds, long hostBytes);

    [LoggerMessage(11, LogLevel.Error, "Model '{model}' could not be loaded.")]
    public static partial void LoadFailed(ILogger logger, Exception? exception, string model);

    [LoggerMessage(12, LogLevel.Information, "Moved model '{model}' to {device} in {Seconds:0.000} s.")]
    public static partial void ModelMoved(ILogger logger, string model, Device device, double seconds);

    [LoggerMessage(13, LogLevel.Error, "Model '{model}' could not be moved to {device}.")]
    public static partial void MoveFailed(ILogger logger, Exception? exception, string model, Device device);

    [LoggerMessage(14, LogLevel.Information, "Evicted model '{model}' from {device}.")]
    public static partial void ModelEvicted(ILogger logger, string model, Device device);

    [LoggerMessage(15, LogLevel.Information, "Unloaded model '{model}'.")]
    public static partial void ModelUnloaded(ILogger logger, string model);

    [LoggerMessage(16, LogLevel.Error, "Model '{model}' threw an exception while it was canceled or disposed.")]
    public static partial void CleanUpFailed(ILogger logger, Exception? exception, string model);

    [LoggerMessage(19, LogLevel.Error, "A callback on the token of a lease threw an exception.")]
    public static partial void CallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(17, LogLevel.Error, "Model '{model}' could not be preloaded. The first request for it will try again.")]
    public static partial void PreloadFailed(ILogger logger, Exception? exception, string model);

    [LoggerMessage(
        18, LogLevel.Warning,
        "A lease on model '{model}' has been held for more than {Seconds:0.#} s (SharedModels:Leasing:MaxHold). Other requests wait "
        + "until it is disposed. {Where}")]
    public static partial void LeaseOverdue(ILogger logger, string model, double seconds, string where);

    [LoggerMessage(21, LogLevel.Error, "Device {device} is lost. It does not serve requests until a probe succeeds.")]
    public static partial void DeviceLost(ILogger logger, Exception cause, Device device);

    [LoggerMessage(22, LogLevel.Information, "Device {device} is available again.")]
    public static partial void DeviceReturned(ILogger logger, Device device);

    [LoggerMessage(
        23, LogLevel.Error,
        "A lease on model '{model}' was garbage-collected without being disposed; it has been released. Dispose leases with 'await "
        + "using' or inject them. {Where}")]
    public static partial void LeaseDropped(ILogger logger, string model, string where);

    [LoggerMessage(
        24, LogLevel.Warning,
        "Model '{model}' runs on the CPU, because none of {Devices} is available with enough memory for it "
        + "(SharedModels:Leasing:CpuFallback).")]
    public static partial void FellBack(ILogger logger, string model, string devices);

    [LoggerMessage(25, LogLevel.Error, "The changed settings could not be applied. The previous settings stay in effect.")]
    public static partial void OptionsRejected(ILogger logger, Exception exception);

    [LoggerMessage(26, LogLevel.Information, "The changed settings have taken effect.")]
    public static partial void OptionsChanged(ILogger logger);

    [LoggerMessage(
        20, LogLevel.Warning,
        "Stopped without waiting any longer for {What}. Leases are lost. Their models are freed when the leases are disposed.")]
    public static partial void LeftAtShutdown(ILogger logger, string what);

    [LoggerMessage(27, LogLevel.Information, "Stopping: waiting for {What}.")]
    public static partial void WaitingAtShutdown(ILogger logger, string what);

    [LoggerMessage(29, LogLevel.Information, "Model '{model}' was reloaded: version {Version} serves new requests.")]
    public static partial void ModelReloaded(ILogger logger, string model, int version);

    [LoggerMessage(30, LogLevel.Error, "The new version of model '{model}' does not replace the old one.")]
    public static partial void ReloadFailed(ILogger logger, Exception exception, string model);

    [LoggerMessage(
        33, LogLevel.Information, "Version {Version} of model '{model}' is on trial for {Seconds} s, with {Share} of the requests.")]
    public static partial void CanaryStarted(ILogger logger, string model, int version, double seconds, double share);

    [LoggerMessage(28, LogLevel.Error, "An effect of the scheduler failed. Please report this error.")]
    public static partial void EffectFailed(ILogger logger, Exception exception);
}
