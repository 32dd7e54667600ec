namespace SharedModels;

/// <summary>How a model is evicted.</summary>
public sealed record EvictOptions
{
    /// <summary>Whether to wait until the leases and the waiting requests of the model have ended, instead of failing when there are any.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Drain { get; init; }

    /// <summary>Whether to free the model's copy in the host's memory as well.</summary>
    /// <value>The default is <see langword="false"/>: the next request moves the model, and need not load it.</value>
    public bool FreeHostMemory { get; init; }
}
