using Microsoft.Extensions.Logging;

namespace SharedModels.Orleans;

/// <summary>The log messages.</summary>
internal static partial class Log
{
    [LoggerMessage(
        1,
        LogLevel.Error,
        "Model '{Model}' threw an exception in {Method}, which was called from another machine",
        EventName = "ModelFailed")]
    public static partial void ModelFailed(ILogger logger, Exception exception, string model, string method);

    [LoggerMessage(2, LogLevel.Information, "Node {Node} reports", EventName = "NodeConnected")]
    public static partial void NodeConnected(ILogger logger, string node);

    [LoggerMessage(3, LogLevel.Warning, "Node {Node} is lost: {Reason}", EventName = "NodeLost")]
    public static partial void NodeLost(ILogger logger, string node, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The members of the cluster are unknown: {Reason}", EventName = "MembersUnknown")]
    public static partial void MembersUnknown(ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Warning, "Node {Node} was lost during a call of {Method}: {Reason}", EventName = "CallLost")]
    public static partial void CallLost(ILogger logger, string node, string method, string reason);
}
