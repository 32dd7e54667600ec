namespace SharedModels.Scheduling.Decisions;

/// <summary>
/// Why user code failed. The message is read once, before any lock is taken: an exception's properties are user code too.
/// </summary>
internal sealed record Failure(Exception Exception, string Message)
{
    /// <summary>Whether the message is the manager's own, and so may be passed on.</summary>
    public bool IsOwn { get; init; }

    /// <summary>What callers may be told of the failure: user code's messages are in the inner exception and the log only.</summary>
    public string Summary => IsOwn ? Message : $"see the inner {Exception.GetType().Name}.";

#pragma warning disable CA1031 // A message that throws must not hide the failure.
    /// <summary>Whether time does not mend it: a file or a library is missing or is not what it should be.</summary>
    public bool IsPermanent
    {
        get
        {
            for (var cause = Exception; cause is not null; cause = cause.InnerException)
            {
                // A missing library or entry point is a TypeLoadException, an unsupported platform a NotSupportedException.
                if (cause is FileNotFoundException or DirectoryNotFoundException or BadImageFormatException or TypeLoadException
                    or MissingMemberException or NotSupportedException)
                    return true;
            }

            return false;
        }
    }

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
