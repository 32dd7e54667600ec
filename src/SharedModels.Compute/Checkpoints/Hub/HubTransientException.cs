namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>A request that may succeed when it is made again.</summary>
internal sealed class HubTransientException(string message, Exception? inner = null, TimeSpan? retryAfter = null)
    : Exception(message, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
