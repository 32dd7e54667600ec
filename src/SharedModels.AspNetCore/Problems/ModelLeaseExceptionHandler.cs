using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Problems;

/// <summary>Handles the manager's exceptions with problem details. Other exceptions are left to other handlers.</summary>
internal sealed class ModelLeaseExceptionHandler(
    IProblemDetailsService problems,
    ILogger<ModelLeaseExceptionHandler> logger)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not ModelLeaseException rejected)
            return false;
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected. The status is for the access log.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = ModelLeaseProblem.Begin(httpContext, rejected, logger);

        // Clients receive problem details even if their Accept header excludes them.
        if (!await problems
            .TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem, Exception = exception })
            .ConfigureAwait(false))
            await TypedResults.Problem(problem).ExecuteAsync(httpContext).ConfigureAwait(false);
        return true;
    }
}
