namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>Something that a stream does: a copy, a kernel, or nothing, as the place that an event marks.</summary>
internal sealed class SimulatedWork(SimulatedStream stream, VectorClock clock, List<SimulatedWork> dependencies, Action action)
{
    public SimulatedStream Stream { get; } = stream;

    /// <summary>What is known to have happened when this is done.</summary>
    public VectorClock Clock { get; } = clock;

    public bool IsDone { get; private set; }

    public bool IsReady => !IsDone && dependencies.TrueForAll(static work => work.IsDone);

    /// <summary>Does this, and first what it waits for.</summary>
    public void Run()
    {
        if (IsDone)
            return;
        foreach (var dependency in dependencies)
            dependency.Run();
        IsDone = true;
        action();
    }
}
