namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>Work of a stream: a copy, a kernel, or nothing, as the place that an event marks.</summary>
internal sealed class SimulatedWork(SimulatedStream stream, VectorClock clock, List<SimulatedWork> dependencies, Action action)
{
    public SimulatedStream Stream { get; } = stream;

    /// <summary>The events that are known to have happened when this work is done.</summary>
    public VectorClock Clock { get; } = clock;

    public bool IsDone { get; private set; }

    public bool IsReady => !IsDone && dependencies.TrueForAll(static work => work.IsDone);

    /// <summary>Does the work that this waits for, and then this.</summary>
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
