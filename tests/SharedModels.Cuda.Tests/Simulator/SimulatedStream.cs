namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>A stream, which does its work in order.</summary>
internal sealed class SimulatedStream(SimulatedDevice device, nint handle, int agent, bool isBlocking)
{
    public SimulatedDevice Device { get; } = device;

    public nint Handle { get; } = handle;

    public int Agent { get; } = agent;

    /// <summary>Indicates whether it synchronizes with stream 0.</summary>
    public bool IsBlocking { get; } = isBlocking;

    public SimulatedWork? Last { get; set; }

    /// <summary>Work of other streams that the next work waits for.</summary>
    public List<SimulatedWork> Awaited { get; } = [];
}
