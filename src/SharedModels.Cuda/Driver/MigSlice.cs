namespace SharedModels.Cuda.Driver;

/// <summary>The part of a GPU that a MIG device is.</summary>
internal readonly record struct MigSlice(uint GpuInstance, uint ComputeInstance)
{
    /// <summary>What an event says instead of an instance that it cannot be attributed to.</summary>
    private const uint Every = uint.MaxValue;

    /// <summary>Whether an event of the GPU concerns this slice: it is its own, or that of everything around it.</summary>
    public bool IsConcernedBy(in NvmlEvent found) =>
        found.GpuInstance == Every
        || (found.GpuInstance == GpuInstance && (found.ComputeInstance == Every || found.ComputeInstance == ComputeInstance));
}
