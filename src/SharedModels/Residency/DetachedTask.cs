namespace SharedModels.Residency;

/// <summary>
/// Starts work on the thread pool that outlives the request that starts it and does not inherit its ambient values.
/// </summary>
internal static class DetachedTask
{
    public static Task<T> Run<T>(Func<Task<T>> work)
    {
        var isSuppressed = ExecutionContext.IsFlowSuppressed();
        if (!isSuppressed)
            ExecutionContext.SuppressFlow();
        try
        {
            return Task.Run(work);
        }
        finally
        {
            if (!isSuppressed)
                ExecutionContext.RestoreFlow();
        }
    }
}
