using Microsoft.Extensions.Time.Testing;
using SharedModels.Orleans.Nodes;

namespace SharedModels.Orleans.Tests.Nodes;

public sealed class NodeCallersTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly Guid _caller = Guid.NewGuid();
    private readonly NodeCallers _callers;

    public NodeCallersTests() => _callers = new(_time);

    [Fact]
    public async Task Calls_of_a_caller_that_is_gone_are_canceled()
    {
        using var call = _callers.Begin(_caller, default);
        _time.Advance(NodeCallers.Timeout);

        _callers.Expire();

        await Condition.UntilAsync(() => call.Token.IsCancellationRequested);
        using var next = _callers.Begin(_caller, default);
        Assert.False(next.Token.IsCancellationRequested);
        Assert.Equal(2, _callers.Running);
    }

    [Fact]
    public void A_caller_that_asks_for_reports_keeps_its_calls()
    {
        using var call = _callers.Begin(_caller, default);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(NodeCallers.Timeout / 2);
            _callers.See(_caller);
            _callers.Expire();
        }

        Assert.False(call.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_call_ends_once()
    {
        var call = _callers.Begin(_caller, default);

        call.Dispose();
        call.Dispose();

        Assert.Equal(0, _callers.Running);
    }
}
