namespace SharedModels.Generators.Model;

/// <summary>The kinds of return types of a contract.</summary>
internal enum RemoteReturn
{
    /// <summary>A <c>Task</c>, with or without a result.</summary>
    Task,

    /// <summary>A <c>ValueTask</c>, with or without a result.</summary>
    ValueTask,

    /// <summary>An <c>IAsyncEnumerable</c>.</summary>
    Stream,
}
