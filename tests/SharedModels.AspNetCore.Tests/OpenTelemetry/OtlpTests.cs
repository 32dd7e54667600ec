using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>The data that a collector receives from the exporter that applications use.</summary>
[Collection(nameof(OtlpCollection))]
public sealed class OtlpTests
{
    [Fact]
    public async Task A_request_is_linked_to_the_load_and_move_that_another_request_started()
    {
        await using var collector = await Collector.StartAsync();

        // Traces of other tests are not recorded, because there may be more of them than the exporter's queue holds.
        using var tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource("SharedModels")
            .SetSampler(new ParentBasedSampler(new AlwaysOffSampler()))
            .AddOtlpExporter(options => Export(options, collector, "traces")).Build();
        var script = new FakeModelScript();
        await using var manager = new SharedModelManager(deviceProviders: [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(10, script), "traced");
        script.Load.Close();
        using var firstCaller = new Activity("first") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var first = UseAsync(manager);
        await script.Load.Arrived;
        Activity.Current = null;
        using var secondCaller = new Activity("second") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        var second = UseAsync(manager);
        await Condition.UntilAsync(() => manager.GetSnapshot().Models[0].QueuedRequests == 2);
        script.Load.Open();
        await Task.WhenAll(first, second);

        // The steps are reported in any order, each on its own thread, and possibly after the requests have ended.
        var firstTrace = firstCaller.TraceId.ToHexString();
        await Condition.UntilAsync(() => StepsOf(firstTrace).Count == 2, () => Assert.True(tracing.ForceFlush()));
        var steps = StepsOf(firstTrace);
        Assert.Equal(["sharedmodels.load", "sharedmodels.move"], steps.Select(static span => span.Text(5)));
        var wait = Assert.Single(
            Spans(), span => span.Hex(1) == secondCaller.TraceId.ToHexString() && span.Text(5) == "sharedmodels.acquire");
        Assert.Equal(
            steps.Select(static span => (span.Hex(1), span.Hex(2))), wait.All(13).Select(static link => (link.Hex(1), link.Hex(2))));
        Assert.Equal(["model=traced"], wait.All(9).Where(static tag => tag.Text(1) == "model").Select(
            static tag => $"{tag.Text(1)}={tag.All(2).Single().Text(1)}"));

        List<ProtoMessage> Spans() => [.. collector.Received("traces").SelectMany(static message => message.All(1, 2, 2))];

        List<ProtoMessage> StepsOf(string trace) =>
            [.. Spans().Where(span => span.Hex(1) == trace && span.Text(5) is "sharedmodels.load" or "sharedmodels.move")
                .OrderBy(static span => span.Text(5), StringComparer.Ordinal)];
    }

    [Fact]
    public async Task The_lease_of_a_request_is_in_the_trace_of_the_request()
    {
        await using var collector = await Collector.StartAsync();
        using var tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource("Microsoft.AspNetCore", "SharedModels")
            .AddOtlpExporter(options => Export(options, collector, "traces"))
            .Build();
        await using var fixture = await WebFixture.StartAsync(
            static app => app.MapGet("/leased", static (IModelLease<FakeModel> lease) => lease.ModelId).RequireModelLeases());
        Assert.Equal("a", await fixture.Client.GetStringAsync("/leased"));
        string[] expected = ["sharedmodels.acquire", "sharedmodels.load", "sharedmodels.move"];
        await Condition.UntilAsync(
            () => Traces().Any(trace => trace.Intersect(expected).Count() == expected.Length && trace.Except(expected).Any()),
            () => Assert.True(tracing.ForceFlush()));

        IEnumerable<IEnumerable<string>> Traces() => collector.Received("traces")
            .SelectMany(static message => message.All(1, 2, 2))
            .GroupBy(static span => span.Hex(1), static span => span.Text(5));
    }

    [Fact]
    public async Task Metrics_are_exported_with_their_units()
    {
        await using var collector = await Collector.StartAsync();
        using var metering = Sdk.CreateMeterProviderBuilder()
            .AddMeter("SharedModels")
            .AddOtlpExporter(options => Export(options, collector, "metrics"))
            .Build();
        await using var manager = new SharedModelManager(deviceProviders: [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(10), "measured");
        await using (await manager.FetchModelAsync("measured"))
            Assert.True(metering.ForceFlush());
        await manager.EvictAsync("measured");
        Assert.True(metering.ForceFlush());
        var units = collector.Received("metrics")
            .SelectMany(static message => message.All(1, 2, 2))
            .Select(static metric => (Name: metric.Text(1), Unit: metric.Text(3)))
            .Distinct()
            .ToDictionary();
        Assert.Equal(("s", "By", "{request}", "{lease}"), (
            units["sharedmodels.lease.wait.duration"],
            units["sharedmodels.model.transfer.size"],
            units["sharedmodels.lease.requests"],
            units["sharedmodels.leases.active"]));
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal)
            {
                "sharedmodels.lease.hold.duration",
                "sharedmodels.model.load.duration",
                "sharedmodels.model.transfer.duration",
                "sharedmodels.model.evictions",
                "sharedmodels.requests.queued",
                "sharedmodels.models.resident",
                "sharedmodels.device.memory.used",
                "sharedmodels.device.memory.limit",
            },
            new HashSet<string>(units.Keys, StringComparer.Ordinal));
    }

    private static async Task UseAsync(SharedModelManager manager) => (await manager.FetchModelAsync("traced")).Dispose();

    private static void Export(OtlpExporterOptions options, Collector collector, string signal)
    {
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = collector.AddressOf(signal);
    }
}
