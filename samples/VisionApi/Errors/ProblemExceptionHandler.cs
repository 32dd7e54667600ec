using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore;
using SharedModels.Vision.Imaging;
using VisionApi.Uploads;

namespace VisionApi.Errors;

/// <summary>
/// Handles errors in a request or its image. The package handles the manager's exceptions. All other exceptions become a 500.
/// </summary>
internal sealed partial class ProblemExceptionHandler(
    IOptions<SharedModelsHttpOptions> options,
    ILogger<ProblemExceptionHandler> logger)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected. The status is for the access log.
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
    /// Indicates whether a message is intended for the client. A message that quotes another exception may contain a path, and a missing
    /// library concerns the operator.
    /// </summary>
    private static bool IsForClients(Exception exception) =>
        exception is ImageFormatException or BadHttpRequestException { InnerException: null };

    private static string TitleOf(Exception exception) => exception switch
    {
        InvalidFieldException { StatusCode: StatusCodes.Status413PayloadTooLarge } => "The image is too large",
        InvalidFieldException => "A form field is missing or invalid",
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => "The request is too large",
        BadHttpRequestException => "The request is malformed",
        ImageFormatException { Reason: ImageFormatErrorReason.TooLarge } => "The image is too large",
        ImageFormatException { Reason: ImageFormatErrorReason.Truncated } => "The image is incomplete",
        ImageFormatException { Reason: ImageFormatErrorReason.Corrupt } => "The image is corrupt",
        ImageFormatException => "The file is not a supported image",
        _ => "A library is missing on the server",
    };

    [LoggerMessage(1, LogLevel.Warning, "Returned {Status} for {Path}: {Message}")]
    private partial void LogRejected(int status, PathString path, string message);
}
