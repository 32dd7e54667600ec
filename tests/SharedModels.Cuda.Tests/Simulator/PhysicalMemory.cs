namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>Memory of a device that has no address of its own.</summary>
internal sealed class PhysicalMemory(SimulatedDevice device, long bytes)
{
    public SimulatedDevice Device { get; } = device;

    public long Bytes { get; } = bytes;

    public bool IsReleased { get; set; }

    public nint MappedAt { get; set; }

    /// <summary>What it holds while it is mapped nowhere.</summary>
    public byte[]? Content { get; set; }
}
