using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;
using SharedModels.Yarp.Gateways;
using SharedModels.Yarp.Messages;
using SharedModels.Yarp.Nodes;

namespace SharedModels.Yarp.Tests;

public sealed class EndpointTests
{
    [Fact]
    public void Endpoints_are_reported_in_the_order_in_which_requests_are_matched()
    {
        var endpoints = new EndpointModels(
            new DefaultEndpointDataSource(Create("/v1/{task}"), Create("/v1/first", order: -1), Create("/v1/detect")), static _ => null);

        Assert.Equal(["/v1/first", "/v1/detect", "/v1/{task}"], endpoints.Describe().Select(static endpoint => endpoint.Pattern));
    }

    [Theory]
    [InlineData("/v1/detect", false)]
    [InlineData("/v1/other", true)]
    public void A_request_is_sent_again_only_if_every_endpoint_that_can_match_it_allows_that(string path, bool allowsRetry)
    {
        using var node = new ClusterNode("http://node");
        node.SetEndpoints([new("/v1/detect", [], [], null, AllowsRetry: false), new("/v1/{task}", [], ["a"], null, AllowsRetry: true)]);
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path) = ("POST", path);

        Assert.Equal(allowsRetry, node.Find(request)!.AllowsRetry);
    }

    [Fact]
    public void The_endpoints_of_nodes_that_report_are_preferred()
    {
        var options = new ClusterOptions { Nodes = { "http://first", "http://second" } };
        using var cluster = new Cluster(Options.Create(options), TimeProvider.System);
        foreach (var (address, model) in (ReadOnlySpan<(string, string)>)[("http://first", "old"), ("http://second", "new")])
        {
            cluster[address].SetEndpoints([new("/v1/detect", [], [model], null, AllowsRetry: false)]);
            cluster.Report(address, new() { Node = "", Instance = 1, Number = 1, IsComplete = true, Serves = ["old", "new"] });
        }

        var request = new DefaultHttpContext().Request;
        request.Path = "/v1/detect";
        Assert.Equal("old", cluster.Find(request)!.Demand.ToString());

        cluster.Disconnect(cluster["http://first"]);
        Assert.Equal("new", cluster.Find(request)!.Demand.ToString());

        // An endpoint of a node that is gone is better than none.
        cluster.Disconnect(cluster["http://second"]);
        Assert.Equal("old", cluster.Find(request)!.Demand.ToString());
    }

    [Fact]
    public void As_long_as_a_node_has_not_reported_an_unknown_path_can_be_one_of_its_endpoints()
    {
        var options = new ClusterOptions { Nodes = { "http://first", "http://second" } };
        using var cluster = new Cluster(Options.Create(options), TimeProvider.System);
        cluster["http://first"].SetEndpoints([new("/v1/a", [], ["a"], null, AllowsRetry: false)]);
        var request = new DefaultHttpContext().Request;
        request.Path = "/v1/new";
        Assert.False(cluster.Find(request)!.IsKnown);

        cluster["http://second"].SetEndpoints([new("/v1/a", [], ["a"], null, AllowsRetry: false)]);

        Assert.Null(cluster.Find(request));
    }

    [Fact]
    public void A_parameter_with_a_default_can_be_missing()
    {
        using var node = new ClusterNode("http://node");
        node.SetEndpoints([new("/detect/{mode=fast}", [], ["a"], null, AllowsRetry: false), new("/m/{id=b}", [], [], "id", false)]);
        var request = new DefaultHttpContext().Request;

        request.Path = "/detect";
        Assert.Equal("a", node.Find(request)!.Demand.ToString());
        request.Path = "/m";
        Assert.Equal("b", node.Find(request)!.Demand.ToString());
    }

    [Theory]
    [InlineData("id")]
    [InlineData("{id:alpha}")]
    [InlineData("{**ID}")]
    [InlineData("{id=a}")]
    public void A_parameter_is_named_as_in_a_route(string parameter)
    {
        var endpoint = Build("/m/{id}", parameter);

        Assert.Equal("id", endpoint.Metadata.GetMetadata<ModelRoutingMetadata>()!.Parameter, ignoreCase: true);
    }

    [Fact]
    public void A_parameter_that_the_route_does_not_have_is_an_error()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Build("/m/{id}/{task}", "{model}"));

        Assert.Equal(
            "RouteByModel(\"{model}\") does not name a parameter of the route '/m/{id}/{task}'. Its parameters are: id, task.",
            exception.Message);
    }

    private static Endpoint Build(string pattern, string parameter)
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGet(pattern, static () => "").RouteByModel(parameter);
        return ((IEndpointRouteBuilder)app).DataSources.SelectMany(static source => source.Endpoints).Single();
    }

    private static RouteEndpoint Create(string pattern, int order = 0) =>
        new(static _ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), order, EndpointMetadataCollection.Empty, pattern);
}
