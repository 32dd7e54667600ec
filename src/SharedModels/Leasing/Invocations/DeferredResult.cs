namespace SharedModels.Leasing.Invocations;

/// <summary>Detects results whose work continues after the code that returned them has ended.</summary>
internal static class DeferredResult<TResult>
{
    /// <summary>True if <typeparamref name="TResult"/> is a task, a value task, or an asynchronous stream.</summary>
    public static readonly bool IsDeferred = Check(typeof(TResult));

    private static bool Check(Type type)
    {
        if (typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask))
            return true;
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return definition == typeof(ValueTask<>) || definition == typeof(IAsyncEnumerable<>) || definition == typeof(IAsyncEnumerator<>);
    }
}
