using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using SharedModels;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Errors;

/// <summary>The one place where exceptions become answers. What it does not know becomes a 500, and a line in the log.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer; the status is for the access log.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        if (StatusOf(exception) is not { } status)
            return false;
        if (status >= StatusCodes.Status500InternalServerError)
            LogRefused(status, httpContext.Request.Path, exception.Message);
        if (status == StatusCodes.Status503ServiceUnavailable && (exception as ModelLeaseException)?.RetryAfter is var wait)
            httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait?.TotalSeconds ?? 1)).ToString("0", CultureInfo.InvariantCulture);
        await TypedResults.Problem(Describe(exception, status)).ExecuteAsync(httpContext);
        return true;
    }

    private static int? StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException request => request.StatusCode,
        ImageFormatException { Reason: ImageFormatErrorReason.TooLarge } => StatusCodes.Status413PayloadTooLarge,
        ImageFormatException => StatusCodes.Status415UnsupportedMediaType,
        UnknownModelException => StatusCodes.Status404NotFound,
        ModelInUseException => StatusCodes.Status409Conflict,
        DeviceOutOfMemoryException => StatusCodes.Status507InsufficientStorage,
        ModelLeaseException or DllNotFoundException => StatusCodes.Status503ServiceUnavailable,
        _ => null,
    };

    private static ProblemDetails Describe(Exception exception, int status) =>
        exception is InvalidFieldException invalid
            ? new HttpValidationProblemDetails { Status = status, Title = TitleOf(exception), Detail = invalid.Message, Errors = { [invalid.Field] = [invalid.Message] } }
            : new ProblemDetails { Status = status, Title = TitleOf(exception), Detail = exception.Message };

    private static string TitleOf(Exception exception) => exception switch
    {
        InvalidFieldException { StatusCode: StatusCodes.Status413PayloadTooLarge } => "The picture is too large",
        InvalidFieldException => "A field of the form is missing or wrong",
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => "The request is too large",
        BadHttpRequestException => "The request cannot be read",
        ImageFormatException { Reason: ImageFormatErrorReason.TooLarge } => "The picture is too large",
        ImageFormatException { Reason: ImageFormatErrorReason.Truncated } => "The picture is not complete",
        ImageFormatException { Reason: ImageFormatErrorReason.Corrupt } => "The picture is damaged",
        ImageFormatException => "The file is not a picture that can be read",
        UnknownModelException => "There is no such model",
        ModelInUseException => "The model is in use",
        DeviceOutOfMemoryException => "The model does not fit on its device",
        ModelLoadException => "The model could not be loaded",
        ManagerShuttingDownException => "The server is stopping",
        DllNotFoundException => "The server lacks a library",
        _ => "The device is busy",
    };

    [LoggerMessage(1, LogLevel.Warning, "Answered {Status} to {Path}: {Message}")]
    private partial void LogRefused(int status, PathString path, string message);
}
