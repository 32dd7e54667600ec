using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

public sealed class RequestQueueTests
{
    private readonly TestModel _model = new SchedulerParts().AddModel("a");
    private readonly RequestQueue _queue = new();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void An_inserted_request_takes_its_place_by_age(long sequence)
    {
        foreach (var existing in (long[])[1, 3, 5])
            _queue.Enqueue(Request(existing));
        _queue.Insert(Request(sequence));
        var expected = new Int128[] { 1, 3, 5, sequence }.Order().ToList();
        Assert.Equal(expected, Forwards());
        Assert.Equal(expected.AsEnumerable().Reverse(), Backwards());
        Assert.Equal(4, _queue.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_request_can_leave_from_anywhere(int index)
    {
        var requests = new List<LeaseRequest> { Request(1), Request(2), Request(3) };
        requests.ForEach(_queue.Enqueue);
        _queue.Remove(requests[index]);
        requests.RemoveAt(index);
        Assert.Equal(requests.Select(static request => request.Sequence), Forwards());
        Assert.Equal(requests.AsEnumerable().Reverse().Select(static request => request.Sequence), Backwards());
        Assert.Equal(2, _queue.Count);
    }

    private TestRequest Request(long sequence) => new(_model, new()) { Sequence = sequence };

    private IEnumerable<Int128> Forwards()
    {
        for (var request = _queue.Head; request is not null; request = request.NextInQueue)
            yield return request.Sequence;
    }

    private IEnumerable<Int128> Backwards()
    {
        for (var request = _queue.Tail; request is not null; request = request.PreviousInQueue)
            yield return request.Sequence;
    }
}
