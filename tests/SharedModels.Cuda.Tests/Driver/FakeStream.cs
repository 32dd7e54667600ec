namespace SharedModels.Cuda.Tests.Driver;

/// <summary>Work in order, done when it is waited for; a wait for an event has the other stream do its work up to there first.</summary>
internal sealed class FakeStream
{
    private readonly Queue<Action> _work = [];
    private long _added;
    private long _done;

    public void Add(Action work)
    {
        _work.Enqueue(work);
        _added++;
    }

    public Marker Record() => new(this, _added);

    public void Wait(Marker marker) => Add(() => marker.Stream.RunTo(marker.Count));

    public void Run() => RunTo(_added);

    private void RunTo(long count)
    {
        while (_done < count)
        {
            _done++;
            _work.Dequeue()();
        }
    }

    public sealed record Marker(FakeStream Stream, long Count = 0);
}
