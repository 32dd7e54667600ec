namespace SharedModels.Cuda.Tests.Simulator;

internal sealed class SimulatedEvent(SimulatedDevice device)
{
    public SimulatedDevice Device { get; } = device;

    public SimulatedWork? Recorded { get; set; }
}
