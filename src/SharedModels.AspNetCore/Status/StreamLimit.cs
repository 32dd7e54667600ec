using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Status;

/// <summary>Limits the number of streams that clients follow at the same time.</summary>
internal sealed class StreamLimit(int max)
{
    // It is not known when another client will disconnect.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private int _streams;

    /// <summary>Counts a stream until its response completes. Returns the answer for a client that must not have one.</summary>
    public ProblemHttpResult? Refuse(HttpResponse response)
    {
        if (Interlocked.Increment(ref _streams) > max)
        {
            Interlocked.Decrement(ref _streams);
            RetryHeader.Set(response, RetryAfter);
            return TypedResults.Problem(
                "Too many clients are already following the changes.",
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: "The server is busy");
        }

        // The enumeration may never start, but every response completes.
        response.OnCompleted(static limit =>
        {
            Interlocked.Decrement(ref ((StreamLimit)limit)._streams);
            return Task.CompletedTask;
        }, this);
        return null;
    }
}
