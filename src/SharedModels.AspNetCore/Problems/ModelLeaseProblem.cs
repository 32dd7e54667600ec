using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Problems;

/// <summary>Converts an exception of the manager to an HTTP response.</summary>
internal static class ModelLeaseProblem
{
    /// <summary>Sets the status and the headers of the response, writes the full message to the log, and returns the body.</summary>
    public static ProblemDetails Begin(HttpContext context, ModelLeaseException exception, ILogger logger)
    {
        var status = StatusOf(exception);
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable && exception.RetryAfter is { } time)
            RetryHeader.Set(context.Response, time);
        if (status >= StatusCodes.Status500InternalServerError)
            Write(logger, status, context.Request.Path, exception);
        return new()
        {
            Status = status,
            Title = TitleOf(exception),
            Detail = ClientMessage.Of(exception, ExceptionDetails.AreIncluded(context.RequestServices)),
            Extensions =
            {
                ["model"] = exception.ModelId,
                ["device"] = exception.Device?.ToString(),
                ["queueLength"] = exception.QueueLength,
            },
        };
    }

    public static int StatusOf(ModelLeaseException exception) => exception switch
    {
        UnknownModelException => StatusCodes.Status404NotFound,
        ModelInUseException or ModelRolledBackException => StatusCodes.Status409Conflict,
        DeviceOutOfMemoryException { RetryAfter: null } => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    // Under overload, rejections are frequent and metrics count them. A fault is rare and needs attention.
    public static LogLevel LevelOf(ModelLeaseException exception) =>
        exception is LeaseRejectedException or LeaseTimeoutException or ManagerShuttingDownException ? LogLevel.Debug : LogLevel.Warning;

    private static void Write(ILogger logger, int status, PathString path, ModelLeaseException exception)
    {
        var level = LevelOf(exception);
        if (!logger.IsEnabled(level))
            return;
        var message = ExceptionDetails.Of(exception);
        Log.Rejected(logger, level, status, path, message);
    }

    private static string TitleOf(ModelLeaseException exception) => exception switch
    {
        UnknownModelException => "There is no such model",
        ModelInUseException => "The model is in use",
        ModelRolledBackException => "The new version was rolled back",
        DeviceOutOfMemoryException => "The model does not fit on its device",
        ModelLoadException => "The model could not be loaded",
        DeviceLostException => "The device of the model is out of service",
        ManagerShuttingDownException => "The server is stopping",
        LeaseDeadlockException => "The requests are deadlocked",
        LeaseRejectedException or LeaseTimeoutException => "The device is busy",
        _ => "The model is not available",
    };
}
