using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.Yarp.Tests;

/// <summary>A node whose reports end or stop, but that keeps its connections.</summary>
public sealed class HangTests : IAsyncLifetime
{
    private const string Report =
        """
        {"report":{"node":"","instance":1,"number":1,"isComplete":true,"serves":["a"],
        "devices":[{"device":"fake:0","slots":1,"budgetBytes":90}],
        "models":[{"model":"a","device":"fake:0","presence":"Resident"}]},
        "endpoints":[{"pattern":"/again/{id}","methods":["POST"],"models":[],"modelParameter":"id","allowsRetry":true}]}
        """;

    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstStreamEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Gate _work = new();
    private int _streams;
    private bool _hangs;
    private bool _answersEarly;
    private WebApplication _fake = null!;
    private TestNode _node = null!;

    private string Address => _fake.Urls.Single();

    public async Task InitializeAsync()
    {
        _work.Close();
        _node = await TestNode.StartAsync("node");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        _fake = builder.Build();
        _fake.UseRouting();
        _fake.MapGet("/sharedmodels/node/reports", ReportAsync);
        _fake.MapPost("/again/{id}", WorkAsync);
        await _fake.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _work.Open();
        await _fake.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_request_on_a_node_that_hangs_is_served_by_another_node()
    {
        _hangs = true;
        await using var gateway = await TestGateway.StartAsync([Address, _node.Address], Address, _node.Address);

        // The node that hangs has the model, so it gets the request.
        var answer = gateway.PostAsync("/again/a");
        await _received.Task.WaitAsync(TestBound.Wait);

        using var response = await answer;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("node", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_stream_of_reports_that_ends_and_begins_again_affects_no_request()
    {
        await using var gateway = await TestGateway.StartAsync([Address, _node.Address], Address, _node.Address);
        var answer = gateway.PostAsync("/again/a");
        await _received.Task.WaitAsync(TestBound.Wait);
        await Condition.UntilAsync(() => gateway.StateOf(Address).Node.ReportAge > TimeSpan.FromMilliseconds(300));

        _firstStreamEnd.SetResult();
        await Condition.UntilAsync(() => Volatile.Read(ref _streams) == 2);
        await Condition.UntilAsync(() => gateway.StateOf(Address).Node.ReportAge < TimeSpan.FromMilliseconds(300));
        _work.Open();

        using var response = await answer;
        Assert.Equal("first last", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, _node.Executions);
    }

    [Fact]
    public async Task A_response_that_has_begun_is_not_cut_when_the_reports_stop()
    {
        _hangs = _answersEarly = true;
        await using var gateway = await TestGateway.StartAsync([Address, _node.Address], Address, _node.Address);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/again/a");
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var connection = gateway.Cluster[Address].Connection;

        await Condition.UntilAsync(() => connection.IsCancellationRequested);
        _work.Open();

        Assert.Equal("first last", await response.Content.ReadAsStringAsync());
    }

    private async Task ReportAsync(HttpContext context)
    {
        var isFirst = Interlocked.Increment(ref _streams) == 1;
        if (_hangs && !isFirst)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"data: {Report.ReplaceLineEndings("")}\n\n");
        await context.Response.Body.FlushAsync();
        await (isFirst ? _firstStreamEnd.Task : Task.Delay(Timeout.Infinite, context.RequestAborted)).WaitAsync(context.RequestAborted);
    }

    private async Task WorkAsync(HttpContext context)
    {
        _received.TrySetResult();
        if (_answersEarly)
            await BeginAsync();
        await _work.PassAsync(context.RequestAborted);
        if (!_answersEarly)
            await BeginAsync();
        await context.Response.WriteAsync("last");

        async Task BeginAsync()
        {
            await context.Response.WriteAsync("first ");
            await context.Response.Body.FlushAsync();
        }
    }
}
