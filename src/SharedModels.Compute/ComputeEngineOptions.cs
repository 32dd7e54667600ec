namespace SharedModels.Compute;

/// <summary>What a model asks of the engine that is made for it.</summary>
public sealed class ComputeEngineOptions
{
    /// <summary>How many cores the engine uses at once, where it computes on the CPU.</summary>
    /// <value>0 (the default) for all that the process may use.</value>
    public int MaxDegreeOfParallelism { get; set; }
}
