namespace SharedModels.Leasing.Invocations;

/// <summary>Tells results whose work goes on after the code that returned them has ended.</summary>
internal static class DeferredResult<TResult>
{
    /// <summary>Whether <typeparamref name="TResult"/> is a task, a value task, or an asynchronous stream.</summary>
    public static readonly bool IsDeferred = Check(typeof(TResult));

    private static bool Check(Type type)
    {
        if (typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask))
            return true;
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return definition == typeof(ValueTask<>) || definition == typeof(IAsyncEnumerable<>) || definition == typeof(IAsyncEnumerator<>);
    }
}
