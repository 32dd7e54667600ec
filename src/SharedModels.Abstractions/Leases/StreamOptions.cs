namespace SharedModels;

/// <summary>The options of <c>IModelLease&lt;T&gt;.StreamAsync</c>.</summary>
public sealed record StreamOptions
{
    /// <summary>
    /// The number of items that the code may be ahead of the consumer. The code pauses when the buffer is full, and continues when the
    /// consumer has taken half of the items.
    /// </summary>
    /// <value>At least 1. The default is 64. Use a small number for large items.</value>
    public int BufferSize { get; init; } = 64;
}
