using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore;

internal static partial class Log
{
    [LoggerMessage(EventId = 101, Message = "Answered {Status} to {Path}: {Message}")]
    public static partial void Rejected(ILogger logger, LogLevel level, int status, PathString path, string message);

    [LoggerMessage(102, LogLevel.Information, "Models at {Path} can be preloaded and evicted with the authorization policy '{Policy}'.")]
    public static partial void ControlIsAuthorized(ILogger logger, string path, string policy);

    [LoggerMessage(
        103, LogLevel.Warning,
        "Models at {Path} can be preloaded and evicted by anyone who reaches that address, as AllowAnonymousControl says.")]
    public static partial void ControlIsOpen(ILogger logger, string path);

    [LoggerMessage(
        104, LogLevel.Warning,
        "Models at {Path} cannot be preloaded and evicted: call AddAuthentication with a scheme, and AddAuthorization, or set "
        + "AllowAnonymousControl.")]
    public static partial void ControlIsClosed(ILogger logger, string path);
}
