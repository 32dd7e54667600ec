using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
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

    private static RouteEndpoint Create(string pattern, int order = 0) =>
        new(static _ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), order, EndpointMetadataCollection.Empty, pattern);
}
