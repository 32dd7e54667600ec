using Microsoft.Extensions.Time.Testing;
using SharedModels.Orleans.Nodes;
using SharedModels.Routing;
using SharedModels.Testing;

namespace SharedModels.Orleans.Tests.Nodes;

public sealed class NodeReportsTests : IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SharedModelManager _manager = new();
    private readonly NodeReports _reports;
    private readonly Task _running;

    public NodeReportsTests()
    {
        _manager.Add(new FakeModel(), "a");
        _manager.Add(new FakeModel(), "b");
        _reports = new(_manager, new(_time), "node", _time);
        _running = Task.Run(() => _reports.RunAsync(_stopping.Token));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(TestBound.Wait);
        await _manager.DisposeAsync();
    }

    public void Dispose()
    {
        _reports.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task The_first_report_is_complete()
    {
        var first = await ReadAsync();

        Assert.True(first.IsComplete);
        Assert.Equal("node", first.Node);
        Assert.Equal(["a", "b"], first.Serves);
        Assert.NotEmpty(first.Devices);
    }

    [Fact]
    public async Task The_next_report_has_only_changes_and_comes_after_a_second_of_silence()
    {
        var first = await ReadAsync();

        var next = await AdvanceUntilAsync(ReadAsync(first));

        Assert.False(next.IsComplete);
        Assert.Empty(next.Serves);
        Assert.Empty(next.Models);
        Assert.True(next.Number > first.Number);
    }

    [Fact]
    public async Task A_model_that_is_loaded_is_reported_to_all_callers()
    {
        var first = await ReadAsync();
        using var lease = await _manager.FetchModelAsync("a");

        foreach (var read in (Task<NodeReport>[])[ReadAsync(first), ReadAsync(first)])
        {
            var report = await AdvanceUntilAsync(read);
            while (report.Models is not [{ Model: "a", Presence: ModelPresence.Resident }])
                report = await AdvanceUntilAsync(ReadAsync(report));
        }
    }

    [Fact]
    public async Task A_caller_of_an_earlier_instance_gets_a_complete_report()
    {
        var first = await ReadAsync();

        Assert.True((await _reports.ReadAsync(first.Instance - 1, first.Number, default).WaitAsync(TestBound.Wait)).IsComplete);
    }

    [Fact]
    public async Task The_drain_is_reported_immediately()
    {
        var report = await ReadAsync();
        await _reports.Draining.CancelAsync();

        while (!report.IsDraining)
            report = await ReadAsync(report).WaitAsync(TestBound.Wait);

        Assert.True(_reports.CreateLoadReport().IsDraining);
    }

    private Task<NodeReport> ReadAsync(NodeReport? last = null) =>
        _reports.ReadAsync(last?.Instance ?? 0, last?.Number ?? 0, default).WaitAsync(TestBound.Wait);

    /// <summary>Lets virtual time pass until there is a report.</summary>
    private async Task<NodeReport> AdvanceUntilAsync(Task<NodeReport> report)
    {
        await Condition.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            return report.IsCompleted;
        });
        return await report;
    }
}
