using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace SharedModels.AspNetCore.Problems;

/// <summary>What a client is told of an exception of the manager's.</summary>
internal static class ModelLeaseProblem
{
    /// <summary>When to come back where the manager does not say.</summary>
    public static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Sets the status and the headers of a response, and returns its body.</summary>
    public static ProblemDetails Begin(HttpResponse response, ModelLeaseException exception)
    {
        var status = StatusOf(exception);
        response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = RetryAfter(exception.RetryAfter).ToString(CultureInfo.InvariantCulture);
        return new()
        {
            Status = status,
            Title = TitleOf(exception),
            Detail = exception.Message,
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
        ModelInUseException => StatusCodes.Status409Conflict,
        DeviceOutOfMemoryException { RetryAfter: null } => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>Whole seconds, at least one, as the header has no smaller unit.</summary>
    private static long RetryAfter(TimeSpan? time) => Math.Max(1, (long)Math.Ceiling((time ?? DefaultRetryAfter).TotalSeconds));

    private static string TitleOf(ModelLeaseException exception) => exception switch
    {
        UnknownModelException => "There is no such model",
        ModelInUseException => "The model is in use",
        DeviceOutOfMemoryException => "The model does not fit on its device",
        ModelLoadException => "The model could not be loaded",
        DeviceLostException => "The device of the model is out of service",
        ManagerShuttingDownException => "The server is stopping",
        LeaseDeadlockException => "Requests wait for each other",
        LeaseRejectedException or LeaseTimeoutException => "The device is busy",
        _ => "The model cannot be used now",
    };
}
