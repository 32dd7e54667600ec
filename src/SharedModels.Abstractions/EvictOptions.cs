namespace SharedModels;

/// <summary>Options for evicting a model.</summary>
public sealed record EvictOptions
{
    /// <summary>
    /// Gets a value that indicates whether to wait until the model has no leases and no waiting requests, instead of failing.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Drain { get; init; }

    /// <summary>Gets a value that indicates whether to free the model's copy in host memory as well.</summary>
    /// <value>The default is <see langword="false"/>: the next request moves the model but does not need to load it.</value>
    public bool FreeHostMemory { get; init; }
}
