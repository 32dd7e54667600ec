using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Problems;

/// <summary>Answers the manager's exceptions with problem details; all others are left to other handlers.</summary>
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
            // Nobody is there to read an answer; the status is for the access log.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var problem = ModelLeaseProblem.Begin(httpContext, rejected, logger);

        // A client whose Accept header excludes problem details gets them regardless.
        if (!await problems
            .TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = problem, Exception = exception })
            .ConfigureAwait(false))
            await TypedResults.Problem(problem).ExecuteAsync(httpContext).ConfigureAwait(false);
        return true;
    }
}
