using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Errors;

/// <summary>Answers errors of a request or its picture. The package answers the manager's exceptions. All others become a 500.</summary>
internal sealed partial class ProblemExceptionHandler(
    IOptions<SharedModelsHttpOptions> options,
    ILogger<ProblemExceptionHandler> logger)
    : IExceptionHandler
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
            LogRejected(status, httpContext.Request.Path, exception.Message);
        await TypedResults.Problem(Describe(exception, status, options.Value.IncludeExceptionDetails)).ExecuteAsync(httpContext);
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

    private static ProblemDetails Describe(Exception exception, int status, bool includeDetails) =>
        exception is InvalidFieldException invalid
            ? new HttpValidationProblemDetails
            {
                Status = status,
                Title = TitleOf(exception),
                Detail = invalid.Message,
                Errors = { [invalid.Field] = [invalid.Message] },
            }
            : new ProblemDetails
            {
                Status = status,
                Title = TitleOf(exception),
                Detail = includeDetails || IsForClients(exception) ? exception.Message : null,
            };

    /// <summary>
    /// Whether a message is written for the client. One that quotes another
    /// exception may contain a path, and a missing library concerns the operator.
    /// </summary>
    private static bool IsForClients(Exception exception) =>
        exception is ImageFormatException or BadHttpRequestException { InnerException: null };

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
    private partial void LogRejected(int status, PathString path, string message);
}
