namespace SharedModels.Scheduling.Decisions;

/// <summary>Why user code failed. The message is read once, before any lock is taken: an exception's properties are user code too.</summary>
internal sealed record Failure(Exception Exception, string Message)
{
    /// <summary>Whether the message is the manager's own, and so may be passed on.</summary>
    public bool IsOwn { get; init; }

    /// <summary>What callers may be told of the failure: user code's messages are in the inner exception and the log only.</summary>
    public string Summary => IsOwn ? Message : $"see the inner {Exception.GetType().Name}.";

#pragma warning disable CA1031 // A message that throws must not hide the failure.
    public static Failure Of(Exception exception)
    {
        try
        {
            return new(exception, exception.Message);
        }
        catch (Exception)
        {
            return new(exception, exception.GetType().Name);
        }
    }
#pragma warning restore CA1031
}
