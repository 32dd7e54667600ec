namespace SharedModels.Scheduling.Decisions;

/// <summary>
/// A failure of user code. The message is read once, before any lock is taken, because the properties of an exception are user code too.
/// </summary>
internal sealed record Failure(Exception Exception, string Message)
{
    /// <summary>Indicates whether the message is the manager's own, so that it can be shown to callers.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The description for callers. Messages of user code appear only in the inner exception and the log.</summary>
    public string Summary => IsOwn ? Message : $"see the inner {Exception.GetType().Name}.";

#pragma warning disable CA1031 // A message that throws must not hide the failure.
    /// <summary>Indicates whether the failure is permanent, because a file or a library is missing or invalid.</summary>
    public bool IsPermanent
    {
        get
        {
            for (var cause = Exception; cause is not null; cause = cause.InnerException)
            {
                // A missing library or entry point throws a TypeLoadException, an unsupported platform a NotSupportedException.
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

    /// <summary>Runs user code, and reads its exception as part of it, because the properties of an exception can hang too.</summary>
    /// <returns>The failure, or <see langword="null"/> if the code has succeeded.</returns>
    public static async Task<Failure?> CatchAsync(Func<Task> code)
    {
        try
        {
            await code().ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return Of(exception);
        }
    }
#pragma warning restore CA1031
}
