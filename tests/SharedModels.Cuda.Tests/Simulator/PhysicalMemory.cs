namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>Device memory without an address.</summary>
internal sealed class PhysicalMemory(SimulatedDevice device, long bytes)
{
    public SimulatedDevice Device { get; } = device;

    public long Bytes { get; } = bytes;

    public bool IsReleased { get; set; }

    public nint MappedAt { get; set; }

    /// <summary>The content while it is not mapped.</summary>
    public byte[]? Content { get; set; }
}
