using Microsoft.Extensions.Configuration;
using SharedModels.Routing;
using SharedModels.Yarp.Gateways;

namespace SharedModels.Yarp.Tests;

public sealed class ClusterSettingsTests
{
    [Fact]
    public void A_section_sets_the_settings_of_the_gateway_and_of_the_router()
    {
        var options = Bind(
            ("Nodes:0", "http://a"),
            ("Nodes:1", "http://b"),
            ("NodePath", "/node"),
            ("ActivityTimeout", "00:01:00"),
            ("ConnectTimeout", ""),
            ("Routing:LoadWeight", "0.5"),
            ("Routing:MinColdCandidates", "1"),
            ("Routing:MaxWarmCandidates", "2"),
            ("Routing:WaitTolerance", "00:00:00.02"),
            ("Routing:MaxBounces", "3"),
            ("Routing:MaxAttempts", "4"),
            ("Routing:MaxBrokenAttempts", "5"),
            ("Routing:ReportTimeout", "00:00:06"),
            ("Routing:ReportDelay", "00:00:00.007"),
            ("Routing:BrokenDelay", "00:00:08"),
            ("Routing:MaxBrokenDelay", "00:00:09"),
            ("Routing:UnknownArrival", "00:00:10"),
            ("Routing:UnknownHold", "00:00:11"),
            ("routing:seed", "12"));

        Assert.Equal(["http://a", "http://b"], options.Nodes);
        Assert.Equal(("/node", TimeSpan.FromMinutes(1)), (options.NodePath, options.ActivityTimeout));
        Assert.Equal(TimeSpan.FromSeconds(2), options.ConnectTimeout);
        Assert.Equal(
            new RoutingPolicy
            {
                LoadWeight = 0.5,
                MinColdCandidates = 1,
                MaxWarmCandidates = 2,
                WaitTolerance = TimeSpan.FromMilliseconds(20),
                MaxBounces = 3,
                MaxAttempts = 4,
                MaxBrokenAttempts = 5,
                ReportTimeout = TimeSpan.FromSeconds(6),
                ReportDelay = TimeSpan.FromMilliseconds(7),
                BrokenDelay = TimeSpan.FromSeconds(8),
                MaxBrokenDelay = TimeSpan.FromSeconds(9),
                UnknownArrival = TimeSpan.FromSeconds(10),
                UnknownHold = TimeSpan.FromSeconds(11),
                Seed = 12,
            },
            options.Routing);
        Assert.Empty(options.Report.Warnings);
        Assert.True(new ClusterOptionsValidator("Cluster").Validate(null, options).Succeeded);
    }

    [Fact]
    public void Every_property_of_the_policy_has_a_setting() => Assert.Equal(
        typeof(RoutingPolicy).GetProperties().Select(static property => $"Cluster:Routing:{property.Name} is 'x'.").Order(),
        Bind([.. typeof(RoutingPolicy).GetProperties().Select(static property => ($"Routing:{property.Name}", "x"))])
            .Report.Errors.Select(static error => error[..(error.IndexOf('.', StringComparison.Ordinal) + 1)]).Order());

    [Fact]
    public void Wrong_settings_are_reported_with_their_keys()
    {
        var options = Bind(("Nodes:0", "http://a"), ("ConnectTimeout", "2"), ("Routing:MaxAttempts", "0"), ("Node", "http://b"));

        Assert.Equal(
            [
                "Cluster:ConnectTimeout is '2'. Write a time as hh:mm:ss or d.hh:mm:ss, for example 00:00:02 for 2 seconds.",
                "Cluster:Routing:MaxAttempts is 0. The value must be 1 or more.",
            ],
            new ClusterOptionsValidator("Cluster").Validate(null, options).Failures!);
        Assert.Equal(["Cluster:Node is not a setting and is ignored. Did you mean 'Nodes'?"], options.Report.Warnings);
    }

    [Fact]
    public void A_report_timeout_that_the_reports_do_not_allow_is_rejected()
    {
        var options = Bind(("Nodes:0", "http://a"), ("Routing:ReportTimeout", "00:00:01"));

        Assert.Equal(
            ["Cluster:Routing:ReportTimeout is 00:00:01. The value must be from 00:00:01.5000000 to 1.00:00:00, because nodes report once "
                + "per second."],
            new ClusterOptionsValidator("Cluster").Validate(null, options).Failures!);
    }

    private static ClusterOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Cluster:{setting.Key}", (string?)setting.Value)))
            .Build();
        var options = new ClusterOptions();
        ClusterSettings.Bind(configuration.GetSection("Cluster"), options);
        return options;
    }
}
