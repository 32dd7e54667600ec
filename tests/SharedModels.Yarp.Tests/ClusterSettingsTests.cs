using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
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
        Assert.True(new ClusterOptionsValidator().Validate(null, options).Succeeded);
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
            new ClusterOptionsValidator().Validate(null, options).Failures!);
        Assert.Equal(["Cluster:Node is not a setting and is ignored. Did you mean 'Nodes'?"], options.Report.Warnings);
    }

    [Fact]
    public void A_report_timeout_that_the_reports_do_not_allow_is_rejected()
    {
        var options = Bind(("Nodes:0", "http://a"), ("Routing:ReportTimeout", "00:00:01"));

        Assert.Equal(
            ["Cluster:Routing:ReportTimeout is 00:00:01. The value must be from 00:00:01.5000000 to 1.00:00:00, because nodes report once "
                + "per second."],
            new ClusterOptionsValidator().Validate(null, options).Failures!);
    }

    [Theory]
    [InlineData("http://gpu1:5080 ")]
    [InlineData("http://gpu1:5080?x=1")]
    [InlineData("http://gpu1#a")]
    [InlineData("http://me@gpu1")]
    [InlineData("ftp://gpu1")]
    public void An_address_that_paths_cannot_be_appended_to_is_rejected(string address)
    {
        var options = new ClusterOptions { Nodes = { address } };

        Assert.Equal(
            [
                $"ClusterOptions.Nodes:0 is '{address}'. The value must be an address that starts with http or https and ends with a port "
                    + "or a path, for example http://10.0.0.3:5080.",
            ],
            new ClusterOptionsValidator().Validate(null, options).Failures!);
    }

    [Fact]
    public void Addresses_that_mean_the_same_are_one_node()
    {
        var options = new ClusterOptions { Nodes = { "http://gpu1/a/", "HTTP://GPU1:80/a", "https://gpu1" } };

        using var cluster = new Cluster(Options.Create(options), TimeProvider.System);

        Assert.Equal(["http://gpu1/a", "https://gpu1"], cluster.Nodes.Select(static node => node.Address));
    }

    [Fact]
    public void Settings_in_code_are_reported_with_their_names()
    {
        var services = new ServiceCollection();
        services.AddReverseProxy().AddSharedModels(static options => options.Routing = options.Routing with { MaxAttempts = 0 });
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<ClusterOptions>>().Value);

        Assert.Equal(
            [
                "ClusterOptions.Nodes is empty. List the addresses of the nodes, for example http://10.0.0.3:5080.",
                "ClusterOptions.Routing.MaxAttempts is 0. The value must be 1 or more.",
            ],
            exception.Failures);
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
