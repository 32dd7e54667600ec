using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore;

internal static partial class Log
{
    [LoggerMessage(EventId = 101, Message = "Returned {Status} for {Path}: {Message}")]
    public static partial void Rejected(ILogger logger, LogLevel level, int status, PathString path, string message);

    [LoggerMessage(102, LogLevel.Information, "Models at {Path} can be preloaded and evicted with the authorization policy '{Policy}'.")]
    public static partial void ControlIsAuthorized(ILogger logger, string path, string policy);

    [LoggerMessage(
        103, LogLevel.Warning,
        "Models at {Path} can be preloaded and evicted by anyone who can reach that path, because AllowAnonymousControl is set.")]
    public static partial void ControlIsOpen(ILogger logger, string path);

    [LoggerMessage(
        104, LogLevel.Information,
        "Models at {Path} cannot be controlled: call AddAuthentication with a scheme, and AddAuthorization, or set "
        + "AllowAnonymousControl.")]
    public static partial void ControlIsClosed(ILogger logger, string path);
}
