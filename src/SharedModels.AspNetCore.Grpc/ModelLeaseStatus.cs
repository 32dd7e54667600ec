using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Grpc;

/// <summary>Converts an exception of the manager to a gRPC status.</summary>
internal static class ModelLeaseStatus
{
    // Clients with a retry policy honor this trailer: https://github.com/grpc/proposal/blob/master/A6-client-retries.md
    private const string Pushback = "grpc-retry-pushback-ms";

    public static RpcException Create(ModelLeaseException exception, bool includeDetails)
    {
        var code = CodeOf(exception);
        var trailers = new Metadata();
        if (code == StatusCode.Unavailable && exception.RetryAfter is { } time)
            trailers.Add(Pushback, Math.Ceiling(time.TotalMilliseconds).ToString("0", CultureInfo.InvariantCulture));
        return new(new(code, ClientMessage.Of(exception, includeDetails)), trailers);
    }

    private static StatusCode CodeOf(ModelLeaseException exception) => ModelLeaseProblem.StatusOf(exception) switch
    {
        StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        _ => StatusCode.FailedPrecondition,
    };
}
