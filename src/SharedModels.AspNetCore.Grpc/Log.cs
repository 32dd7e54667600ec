using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Grpc;

internal static partial class Log
{
    [LoggerMessage(EventId = 111, Message = "Returned {Status} for {Method}: {Message}")]
    public static partial void Rejected(ILogger logger, LogLevel level, StatusCode status, string method, string message);
}
