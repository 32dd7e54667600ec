namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>A device of a <see cref="CudaSimulator"/>.</summary>
internal sealed class SimulatedDevice(string name, long freeBytes, long totalBytes)
{
    public string Name { get; } = name;

    public long FreeBytes { get; set; } = freeBytes;

    public long TotalBytes { get; } = totalBytes;

    /// <summary>Indicates whether this process has a context from the start.</summary>
    public bool HasContext { get; set; } = true;

    public int Contexts { get; set; }

    /// <summary>The error that every call in the device's context returns, or 0 if the context works.</summary>
    public int Fault { get; set; }

    /// <summary>The granularity of physical memory, or 0 without virtual memory management.</summary>
    public int Granularity { get; init; } = 2 << 20;

    internal int Number { get; set; }

    internal nint Context => 0x7000 + Number;
}
