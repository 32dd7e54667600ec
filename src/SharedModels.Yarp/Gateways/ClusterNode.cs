using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using SharedModels.Routing;
using SharedModels.Yarp.Messages;

namespace SharedModels.Yarp.Gateways;

/// <summary>A node as the gateway knows it: its address, its endpoints, and a token that ends with its reports.</summary>
internal sealed class ClusterNode(string address) : IDisposable
{
    private volatile Endpoint[] _endpoints = [];
    private CancellationTokenSource _connection = new();
    private bool _isConnected;

    public string Address => address;

    public bool HasEndpoints => _endpoints.Length > 0;

    /// <summary>Indicates whether the node has reported its endpoints and still reports.</summary>
    public bool IsConnected { get => Volatile.Read(ref _isConnected); private set => Volatile.Write(ref _isConnected, value); }

    /// <summary>A token that is canceled when the node stops to report, so that requests do not wait for a node that hangs.</summary>
    public CancellationToken Connection => Volatile.Read(ref _connection).Token;

    public void SetEndpoints(IReadOnlyList<NodeEndpoint> endpoints)
    {
        _endpoints =
        [
            .. endpoints.Select(static endpoint => new Endpoint(
                endpoint,
                CreateMatcher(endpoint.Pattern),
                endpoint.ModelParameter is null && endpoint.Models.Count > 0 ? new(endpoint.Models) : null)),
        ];
        IsConnected = true;
    }

    /// <summary>Returns what the node's endpoint for a request needs, or <see langword="null"/> if it has none.</summary>
    /// <remarks>
    /// The gateway does not know the constraints of routes, so several endpoints can match. The first one with models determines the
    /// demand, and the request is sent again only if all of them allow it.
    /// </remarks>
    public RoutedEndpoint? Find(HttpRequest request)
    {
        var (found, allowsRetry) = (default(ModelDemand?), true);
        foreach (var (endpoint, matcher, demand) in _endpoints)
        {
            var values = new RouteValueDictionary();
            if ((endpoint.Methods.Count > 0 && !endpoint.Methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase))
                || !matcher.TryMatch(request.Path, values))
                continue;
            allowsRetry &= endpoint.AllowsRetry;
            found ??= demand;
            if (endpoint.ModelParameter is { } parameter && values[parameter] is string { Length: > 0 } model)
                found ??= new([.. endpoint.Models, model]);
        }

        return found is null ? null : new(found, allowsRetry);
    }

    /// <summary>Ends the requests that can be sent to another node.</summary>
    public void Disconnect()
    {
        IsConnected = false;
        _ = Interlocked.Exchange(ref _connection, new()).CancelAsync();
    }

    public void Dispose() => _connection.Dispose();

    private static TemplateMatcher CreateMatcher(string pattern)
    {
        var template = TemplateParser.Parse(pattern);
        var defaults = template.Parameters.Where(static parameter => parameter.DefaultValue is not null);
        return new(template, new(defaults.Select(static parameter => KeyValuePair.Create(parameter.Name!, parameter.DefaultValue))));
    }

    private sealed record Endpoint(NodeEndpoint Described, TemplateMatcher Matcher, ModelDemand? Demand);
}
