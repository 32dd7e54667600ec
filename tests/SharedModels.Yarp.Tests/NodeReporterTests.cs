using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Routing;
using SharedModels.Testing;
using SharedModels.Yarp.Messages;
using SharedModels.Yarp.Nodes;

namespace SharedModels.Yarp.Tests;

public sealed class NodeReporterTests : IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _drained = new();
    private readonly CancellationTokenSource _end = new();
    private readonly SharedModelManager _manager = new();
    private readonly NodeReporter _reporter;
    private readonly IAsyncEnumerator<NodeMessage> _messages;

    public NodeReporterTests()
    {
        _manager.Add(new FakeModel(), "a");
        _manager.Add(new FakeModel(), "b");
        var endpoints = new EndpointModels(new DefaultEndpointDataSource(), static _ => null);
        _reporter = new(_manager, endpoints, _time, _draining.Token, _drained.Token);
        _messages = ReadAsync(_reporter).GetAsyncEnumerator();
    }

    [Fact]
    public async Task The_first_report_is_complete()
    {
        var first = await NextAsync();

        Assert.True(first.Report.IsComplete);
        Assert.Equal(["a", "b"], first.Report.Serves);
        Assert.NotEmpty(first.Report.Devices);
        Assert.Empty(first.Endpoints!);
    }

    [Fact]
    public async Task Changes_are_reported_and_nothing_else()
    {
        var first = await NextAsync();
        var next = _messages.MoveNextAsync().AsTask();
        await Condition.UntilAsync(async () =>
        {
            using var lease = await _manager.FetchModelAsync("a");
            return next.IsCompleted;
        });
        await next;
        var report = _messages.Current.Report;

        Assert.False(report.IsComplete);
        Assert.Equal("a", Assert.Single(report.Models).Model);
        Assert.True(report.Number > first.Report.Number);
        Assert.Empty(report.Serves);
    }

    [Fact]
    public async Task Many_changes_are_reported_together_with_a_pause_of_50_ms()
    {
        await NextAsync();
        var next = _messages.MoveNextAsync().AsTask();
        await Condition.UntilAsync(async () =>
        {
            using var lease = await _manager.FetchModelAsync("a");
            return next.IsCompleted;
        });
        await next;
        var following = _messages.MoveNextAsync().AsTask();
        for (var i = 0; i < 100; i++)
            (await _manager.FetchModelAsync("b")).Dispose();

        Assert.False(following.IsCompleted);
        await Condition.UntilAsync(() => following.IsCompleted, () => _time.Advance(TimeSpan.FromMilliseconds(50)));
        await following;
        Assert.Equal(ModelPresence.Resident, _messages.Current.Report.Models.Single(static model => model.Model == "b").Presence);
    }

    [Fact]
    public async Task A_node_on_which_nothing_happens_reports_once_per_second()
    {
        await NextAsync();
        var next = _messages.MoveNextAsync().AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(next.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(await next);
        Assert.Empty(_messages.Current.Report.Models);

        // A device that has not changed shows that requests do not wait for it.
        Assert.NotEmpty(_messages.Current.Report.Devices);
    }

    [Fact]
    public async Task A_drain_is_reported_immediately_and_reports_continue_until_it_is_over()
    {
        await NextAsync();
        var next = _messages.MoveNextAsync().AsTask();

        await _draining.CancelAsync();

        Assert.True(await next);
        Assert.True(_messages.Current.Report.IsDraining);
        var following = _messages.MoveNextAsync().AsTask();
        Assert.False(following.IsCompleted);
        Assert.False(_reporter.IsOver);
        await _drained.CancelAsync();
        Assert.True(await following);
        Assert.False(await _messages.MoveNextAsync());
        Assert.True(_reporter.IsOver);
    }

    [Fact]
    public void Fields_of_later_versions_are_ignored()
    {
        const string Json =
            """{"report":{"node":"","instance":1,"number":2,"mood":"good","devices":[{"device":"cuda:0","color":1}]},"later":[]}""";

        var message = JsonSerializer.Deserialize(Json, NodeJson.Default.NodeMessage)!;

        Assert.Equal("cuda:0", Assert.Single(message.Report.Devices).Device);
        Assert.Equal(1, message.Report.Devices[0].Slots);
        Assert.Empty(message.Report.Models);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        await _messages.DisposeAsync();
        await _manager.DisposeAsync();
    }

    public void Dispose()
    {
        _end.Dispose();
        _draining.Dispose();
        _drained.Dispose();
    }

    private async Task<NodeMessage> NextAsync()
    {
        Assert.True(await _messages.MoveNextAsync());
        return _messages.Current;
    }

    private async IAsyncEnumerable<NodeMessage> ReadAsync(NodeReporter reporter)
    {
        await foreach (var item in reporter.ReadAsync(_end.Token))
            yield return JsonSerializer.Deserialize(item.Data, NodeJson.Default.NodeMessage)!;
    }
}
