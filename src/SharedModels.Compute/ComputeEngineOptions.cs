namespace SharedModels.Compute;

/// <summary>The settings of an engine.</summary>
internal sealed class ComputeEngineOptions
{
    /// <summary>The maximum number of processors that the engine uses at once, if it computes on the CPU.</summary>
    /// <value>0 (the default) for all that the process may use.</value>
    public int MaxDegreeOfParallelism { get; set; }
}
