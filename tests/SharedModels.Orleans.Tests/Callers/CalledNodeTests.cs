using SharedModels.Orleans.Callers;

namespace SharedModels.Orleans.Tests.Callers;

public sealed class CalledNodeTests : IDisposable
{
    private readonly CalledNode _node = new("a", null!);

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Calls_that_were_sent_before_a_late_report_are_lost_without_later_ones()
    {
        using var early = _node.Begin();
        _node.Suspect();
        using var earlier = _node.Begin();
        var suspect = _node.Suspect();
        using var later = _node.Begin();

        _node.Disconnect(suspect);

        await Condition.UntilAsync(() => early.Lost.IsCancellationRequested && earlier.Lost.IsCancellationRequested);
        Assert.False(later.Lost.IsCancellationRequested);
        _node.Disconnect();
        await Condition.UntilAsync(() => later.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Late_reports_leave_nothing_behind()
    {
        using var first = _node.Begin();
        for (var i = 0; i < 100_000; i++)
        {
            _node.Suspect();
            using var call = _node.Begin();
        }

        Assert.Equal(1, _node.Waiting);
        _node.Disconnect();
        await Condition.UntilAsync(() => first.Lost.IsCancellationRequested);
    }
}
