using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Grpc;

/// <summary>What a caller is told of an exception of the manager's.</summary>
internal static class ModelLeaseStatus
{
    // Clients with a retry policy wait that long by themselves: https://github.com/grpc/proposal/blob/master/A6-client-retries.md
    private const string Pushback = "grpc-retry-pushback-ms";

    public static RpcException Create(ModelLeaseException exception)
    {
        var code = CodeOf(exception);
        var trailers = new Metadata();
        if (code == StatusCode.Unavailable)
            trailers.Add(Pushback, Math.Ceiling((exception.RetryAfter ?? ModelLeaseProblem.DefaultRetryAfter).TotalMilliseconds).ToString("0", CultureInfo.InvariantCulture));
        return new(new(code, exception.Message), trailers);
    }

    private static StatusCode CodeOf(ModelLeaseException exception) => ModelLeaseProblem.StatusOf(exception) switch
    {
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        _ => StatusCode.FailedPrecondition,
    };
}
