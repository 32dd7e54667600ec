namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>The events that an agent (the host, or a stream) knows: for each agent, the number of its last known step.</summary>
internal sealed class VectorClock
{
    private readonly Dictionary<int, int> _steps = [];

    public int this[int agent] => _steps.GetValueOrDefault(agent);

    public VectorClock Copy()
    {
        var copy = new VectorClock();
        copy.Join(this);
        return copy;
    }

    public void Join(VectorClock other)
    {
        foreach (var (agent, step) in other._steps)
            _steps[agent] = Math.Max(this[agent], step);
    }

    public int Advance(int agent) => _steps[agent] = this[agent] + 1;
}
