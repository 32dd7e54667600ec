namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>A stream: what it does is done in order.</summary>
internal sealed class SimulatedStream(SimulatedDevice device, nint handle, int agent, bool isBlocking)
{
    public SimulatedDevice Device { get; } = device;

    public nint Handle { get; } = handle;

    public int Agent { get; } = agent;

    /// <summary>Whether it waits for the stream of 0, and that for it.</summary>
    public bool IsBlocking { get; } = isBlocking;

    public SimulatedWork? Last { get; set; }

    /// <summary>Work of other streams that what comes next waits for.</summary>
    public List<SimulatedWork> Awaited { get; } = [];
}
