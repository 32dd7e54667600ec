using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Errors;

/// <summary>Answers what is wrong with a request or its picture; the manager's exceptions are answered by the package. What nobody knows becomes a 500.</summary>
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
        if (status == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = "60";
        await TypedResults.Problem(Describe(exception, status)).ExecuteAsync(httpContext);
        return true;
    }

    private static int? StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException request => request.StatusCode,
        ImageFormatException { Reason: ImageFormatErrorReason.TooLarge } => StatusCodes.Status413PayloadTooLarge,
        ImageFormatException => StatusCodes.Status415UnsupportedMediaType,
        DllNotFoundException => StatusCodes.Status503ServiceUnavailable,
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
        _ => "The server lacks a library",
    };

    [LoggerMessage(1, LogLevel.Warning, "Answered {Status} to {Path}: {Message}")]
    private partial void LogRefused(int status, PathString path, string message);
}
