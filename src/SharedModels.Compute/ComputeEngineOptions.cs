namespace SharedModels.Compute;

/// <summary>The settings of an engine.</summary>
internal sealed class ComputeEngineOptions
{
    /// <summary>The maximum number of processors that the engine uses if it computes on the CPU.</summary>
    /// <value>The default is 0: all processors that the process may use.</value>
    public int MaxDegreeOfParallelism { get; set; }
}
