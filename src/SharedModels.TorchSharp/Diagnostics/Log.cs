using Microsoft.Extensions.Logging;

namespace SharedModels.TorchSharp.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(
        113, LogLevel.Error,
        "TorchSharp cannot be used, so that the model(s) {Models} cannot be loaded. {Problem}")]
    public static partial void TorchUnusable(ILogger logger, string models, string problem);

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
