namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>The exception that is thrown when a request fails but may succeed if it is repeated.</summary>
internal sealed class HubTransientException(string message, Exception? inner = null, TimeSpan? retryAfter = null)
    : Exception(message, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
