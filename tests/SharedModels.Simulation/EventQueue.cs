namespace SharedModels.Simulation;

/// <summary>Future events in virtual time. Events at the same time run in the order in which they were added.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (TimeSpan Time, int Order)> _events = new();
    private int _count;

    public TimeSpan Now { get; private set; }

    public void At(TimeSpan time, Action happen) => _events.Enqueue(happen, (time, _count++));

    /// <summary>Runs the next event. Returns <see langword="false"/> if there is none.</summary>
    public bool TryAdvance()
    {
        if (!_events.TryDequeue(out var happen, out var at))
            return false;
        Now = at.Time;
        happen();
        return true;
    }
}
