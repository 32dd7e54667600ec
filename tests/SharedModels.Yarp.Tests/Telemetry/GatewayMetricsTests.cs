using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Clustering.State;
using SharedModels.Clustering.Telemetry;
using SharedModels.Routing.Nodes;

namespace SharedModels.Yarp.Tests.Telemetry;

public sealed class GatewayMetricsTests
{
    [Fact]
    public async Task A_route_is_counted_with_its_node_its_model_and_its_outcome()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        var (routes, attempts, loads) =
            (Count(gateway, "cluster.routes"), Count(gateway, "cluster.attempts"), Count(gateway, "cluster.loads"));

        await SendAsync(gateway, "/work/a");
        await SendAsync(gateway, "/work/a");

        Assert.Equal(
            [$"1 model=a node={node.Address} outcome=cold", $"1 model=a node={node.Address} outcome=warm"], await TextOf(routes, 2));
        Assert.Equal(Enumerable.Repeat($"1 model=a node={node.Address} outcome=served", 2), await TextOf(attempts, 2));
        Assert.Equal(["1 model=a reason=first"], await TextOf(loads, 1));
    }

    [Fact]
    public async Task The_actual_wait_is_compared_with_the_expected_one()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        var expected = Measure(gateway, "cluster.route.wait.expected");
        var actual = Measure(gateway, "cluster.route.wait.actual");
        var regret = Measure(gateway, "cluster.route.regret");
        var held = await node.Manager.FetchModelAsync("a");
        var response = gateway.PostAsync("/work/a");
        await Condition.UntilAsync(() => node.Manager.GetSnapshot().Devices[0].QueueLength == 1);

        held.Dispose();

        using var served = await response;
        Assert.False(served.Headers.Contains("SharedModels-Waited"));
        await regret.WaitForMeasurementsAsync(1).WaitAsync(TestBound.Wait);
        var (quoted, waited) = (expected.LastMeasurement!.Value, actual.LastMeasurement!.Value);
        Assert.True(waited > 0);
        Assert.Equal(waited - quoted, regret.LastMeasurement!.Value, tolerance: 1e-9);
        Assert.Equal("a", regret.LastMeasurement.Tags["model"]);
    }

    [Fact]
    public async Task A_request_whose_lease_is_granted_immediately_has_not_waited()
    {
        await using var node = await TestNode.StartAsync("node");
        await node.Manager.PreloadAsync("a");
        await using var gateway = await TestGateway.StartAsync(node);
        var actual = Measure(gateway, "cluster.route.wait.actual");

        await SendAsync(gateway, "/work/a");

        await actual.WaitForMeasurementsAsync(1).WaitAsync(TestBound.Wait);
        Assert.Equal(0, actual.LastMeasurement!.Value);
    }

    [Fact]
    public async Task A_request_that_no_node_accepts_is_rejected()
    {
        await using var node = await TestNode.StartAsync("node", maxQueueLength: 1);
        await using var gateway = await TestGateway.StartAsync(node);
        var (routes, attempts) = (Count(gateway, "cluster.routes"), Count(gateway, "cluster.attempts"));
        var held = await node.Manager.FetchModelAsync("a");
        var waiting = node.Manager.FetchModelAsync("a").AsTask();
        await Condition.UntilAsync(() => node.Manager.GetSnapshot().Devices[0].QueueLength == 1);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(gateway, "/work/a"));

        Assert.EndsWith("outcome=rejected", Assert.Single(await TextOf(routes, 1)), StringComparison.Ordinal);

        // The gateway either knows from a report that the node is full, or the node rejects the request.
        Assert.All(attempts.GetMeasurementSnapshot(), static attempt => Assert.Equal("unavailable", attempt.Tags["outcome"]));
        held.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_request_that_was_lost_has_an_unknown_outcome_and_one_that_was_sent_again_is_retried()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second");
        await first.Manager.PreloadAsync("a");
        first.IsCrashing = true;
        await using var gateway = await TestGateway.StartAsync(first, second);
        var (routes, attempts, unknown) =
            (Count(gateway, "cluster.routes"), Count(gateway, "cluster.attempts"), Count(gateway, "cluster.unknown_outcomes"));

        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, "/again/a"));

        Assert.Equal([$"1 model=a node={second.Address} outcome=retried"], await TextOf(routes, 1));
        Assert.Equal(["lost", "served"], attempts.GetMeasurementSnapshot().Select(static attempt => attempt.Tags["outcome"]));
        Assert.Empty(unknown.GetMeasurementSnapshot());

        second.IsCrashing = true;
        Assert.Equal(HttpStatusCode.BadGateway, await SendAsync(gateway, "/work/a"));

        Assert.Single(await TextOf(routes, 2), static text => text.EndsWith("outcome=lost", StringComparison.Ordinal));
        Assert.Single(await TextOf(unknown, 1));
    }

    [Fact]
    public async Task Before_the_nodes_have_reported_the_path_of_a_request_is_not_a_tag()
    {
        await using var gateway = await TestGateway.StartAsync(["http://127.0.0.1:1"]);
        var routes = Count(gateway, "cluster.routes");

        await SendAsync(gateway, "/work/anything");

        Assert.Equal(["1 model=unknown node=http://127.0.0.1:1 outcome=rejected"], await TextOf(routes, 1));
    }

    [Fact]
    public async Task The_nodes_their_reports_and_the_replicas_of_models_are_observed()
    {
        await using var node = await TestNode.StartAsync("node");
        await node.Manager.PreloadAsync("a");
        await using var gateway = await TestGateway.StartAsync([node.Address, "http://127.0.0.1:1"], node.Address);
        var (nodes, replicas, active) =
            (Count(gateway, "cluster.nodes"), Count(gateway, "cluster.model.replicas"), Count(gateway, "cluster.requests.active"));
        var ages = Measure(gateway, "cluster.report.age");

        foreach (var collector in (MetricCollector<long>[])[nodes, replicas, active])
            collector.RecordObservableInstruments();
        ages.RecordObservableInstruments();

        Assert.Equal(["0 state=broken", "0 state=draining", "1 state=live", "1 state=silent"], await TextOf(nodes, 4));
        Assert.Equal(["1 model=a"], await TextOf(replicas, 1));
        Assert.Equal([$"0 node=http://127.0.0.1:1", $"0 node={node.Address}"], await TextOf(active, 2));
        Assert.Equal(node.Address, Assert.Single(ages.GetMeasurementSnapshot()).Tags["node"]);
    }

    [Fact]
    public async Task A_node_that_does_not_report_has_no_replicas()
    {
        var node = await TestNode.StartAsync("node");
        await node.Manager.PreloadAsync("a");
        await using var gateway = await TestGateway.StartAsync(node);
        var replicas = Count(gateway, "cluster.model.replicas");
        var address = node.Address;
        await node.StopAsync();
        await node.DisposeAsync();
        await Condition.UntilAsync(() => gateway.StateOf(address).Node.Standing == NodeStanding.Silent);

        replicas.RecordObservableInstruments();

        Assert.Empty(replicas.GetMeasurementSnapshot());
    }

    [Fact]
    public void Instruments_that_are_read_together_share_a_description()
    {
        var (time, descriptions) = (new FakeTimeProvider(), 0);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        _ = new ClusterMetrics(meters, Describe, time);
        using var nodes = new MetricCollector<long>(meters, "SharedModels", "sharedmodels.cluster.nodes");
        using var replicas = new MetricCollector<long>(meters, "SharedModels", "sharedmodels.cluster.model.replicas");
        using var ages = new MetricCollector<double>(meters, "SharedModels", "sharedmodels.cluster.report.age");

        nodes.RecordObservableInstruments();
        replicas.RecordObservableInstruments();
        ages.RecordObservableInstruments();
        Assert.Equal(1, descriptions);

        time.Advance(TimeSpan.FromMilliseconds(101));
        nodes.RecordObservableInstruments();
        Assert.Equal(2, descriptions);

        ClusterState Describe()
        {
            descriptions++;
            return new(0, []);
        }
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_affect_requests()
    {
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync(node);
        var meters = gateway.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, meters) && instrument.Meter.Name == "SharedModels")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        var calls = 0;
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Throw());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Throw());
        listener.Start();

        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, "/work/a"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(gateway, "/work/a"));

        Assert.True(Volatile.Read(ref calls) > 0);

        void Throw()
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException("A listener");
        }
    }

    private static async Task<HttpStatusCode> SendAsync(TestGateway gateway, string path)
    {
        using var response = await gateway.PostAsync(path);
        await response.Content.ReadAsByteArrayAsync();
        return response.StatusCode;
    }

    private static MetricCollector<long> Count(TestGateway gateway, string name) => Collect<long>(gateway, name);

    private static MetricCollector<double> Measure(TestGateway gateway, string name) => Collect<double>(gateway, name);

    // The meter ends with the gateway, and the collector with it.
    private static MetricCollector<T> Collect<T>(TestGateway gateway, string name)
        where T : struct => new(gateway.Services.GetRequiredService<IMeterFactory>(), "SharedModels", $"sharedmodels.{name}");

    /// <summary>Returns the measurements as <c>value tags</c>, sorted, once there are as many as expected.</summary>
    private static async Task<List<string>> TextOf(MetricCollector<long> collector, int count)
    {
        // The client has the response a little before the gateway has counted it.
        await collector.WaitForMeasurementsAsync(count).WaitAsync(TestBound.Wait);
        return
        [
            .. collector.GetMeasurementSnapshot()
                .Select(static measurement => $"{measurement.Value} " + string.Join(
                    ' ',
                    measurement.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => $"{tag.Key}={tag.Value}")))
                .Order(StringComparer.Ordinal),
        ];
    }
}
