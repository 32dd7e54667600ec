namespace SharedModels.Cuda.Driver;

/// <summary>The slice of a GPU that is a MIG device.</summary>
internal readonly record struct MigSlice(uint GpuInstance, uint ComputeInstance)
{
    /// <summary>The value of an event that is not attributed to an instance.</summary>
    private const uint Every = uint.MaxValue;

    /// <summary>Returns <see langword="true"/> if an event of the GPU concerns this slice.</summary>
    public bool IsConcernedBy(in NvmlEvent found) =>
        found.GpuInstance == Every
        || (found.GpuInstance == GpuInstance && (found.ComputeInstance == Every || found.ComputeInstance == ComputeInstance));
}
