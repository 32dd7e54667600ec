namespace SharedModels.Simulation;

/// <summary>What will happen, in virtual time; what happens at the same time happens in the order in which that was decided.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (TimeSpan Time, int Order)> _events = new();
    private int _count;

    public TimeSpan Now { get; private set; }

    public void At(TimeSpan time, Action happen) => _events.Enqueue(happen, (time, _count++));

    /// <summary>Lets the next event happen; <see langword="false"/> if there is none.</summary>
    public bool TryAdvance()
    {
        if (!_events.TryDequeue(out var happen, out var at))
            return false;
        Now = at.Time;
        happen();
        return true;
    }
}
