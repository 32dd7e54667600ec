namespace SharedModels;

/// <summary>Options for evicting a model.</summary>
public sealed record EvictOptions
{
    /// <summary>Waits until the model's leases and waiting requests have ended. Otherwise the eviction fails if there are any.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Drain { get; init; }

    /// <summary>Frees the model's copy in host memory as well.</summary>
    /// <value>The default is <see langword="false"/>: the next request moves the model, and need not load it.</value>
    public bool FreeHostMemory { get; init; }
}
