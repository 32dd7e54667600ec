using Microsoft.Extensions.Logging;

namespace SharedModels.TorchSharp.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(
        113, LogLevel.Error,
        "TorchSharp cannot be used, so the model(s) {Models} cannot be loaded. {Problem}")]
    public static partial void TorchUnusable(ILogger logger, string models, string problem);

    [LoggerMessage(
        107, LogLevel.Information,
        "{Names} of {Module} are sparse or quantized and cannot be in one block with the other weights. They move one by one.")]
    public static partial void TensorsUnplaced(ILogger logger, string names, Type module);

    [LoggerMessage(
        108, LogLevel.Debug,
        "{Count} tensors of an InvokeAsync on {Module} outlive it without being returned. They are freed when they are disposed "
        + "or collected.")]
    public static partial void TensorsLeaked(ILogger logger, long count, Type module);

    [LoggerMessage(
        109, LogLevel.Warning,
        "The module {Module} could be moved neither to its device nor back to the host. Its next move first returns it to the host.")]
    public static partial void ModuleInParts(ILogger logger, Exception exception, Type module);

    [LoggerMessage(
        117, LogLevel.Warning,
        "A gradient or a tensor in a field of {Module} cannot be returned from its device and is lost. The parameters are not lost.")]
    public static partial void TensorLost(ILogger logger, Exception exception, Type module);

    [LoggerMessage(
        119, LogLevel.Warning,
        "The device of {Module} was lost while its weights were copied back, and it could not be loaded again. Uses fail until "
        + "it is loaded.")]
    public static partial void NotLoadedAgain(ILogger logger, Exception exception, Type module);

    [LoggerMessage(
        118, LogLevel.Warning,
        "The tensor layout of this libtorch is unknown, so weights are in memory of libtorch's allocator, which keeps it after models have "
        + "left. Reference the native package for the version of TorchSharp. This is logged once.")]
    public static partial void UsesUnknown(ILogger logger);

    [LoggerMessage(
        115, LogLevel.Warning,
        "{Bytes} bytes of device memory cannot be freed: a tensor that shares memory with the weights of {Module} is still in use after "
        + "its lease ended. The memory stays reserved until the tensor is disposed. Return a copy from the lease (clone()).")]
    public static partial void DeviceMemoryHeld(ILogger logger, long bytes, string module);
}
