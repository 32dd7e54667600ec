using Microsoft.Extensions.Logging;

namespace SharedModels.Yarp.Gateways;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Node {Node} reports {Endpoints} endpoints that need models.")]
    public static partial void NodeConnected(ILogger logger, string node, int endpoints);

    [LoggerMessage(2, LogLevel.Warning, "Node {Node} does not report and gets no requests while other nodes can serve them: {Reason}")]
    public static partial void NodeLost(ILogger logger, string node, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Node {Node} was lost while it served {Path}: {Reason}")]
    public static partial void RequestLost(ILogger logger, string node, string path, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Node {Node} could not be reached. The request goes to another node: {Reason}")]
    public static partial void NodeUnreachable(ILogger logger, string node, string reason);
}
