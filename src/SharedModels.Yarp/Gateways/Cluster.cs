using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SharedModels.Clustering;

namespace SharedModels.Yarp.Gateways;

/// <summary>The nodes of the cluster, whose addresses are their ids.</summary>
internal sealed class Cluster : RoutedNodes<ClusterNode>, IDisposable
{
    private readonly Dictionary<string, ClusterNode> _nodes;

    public Cluster(IOptions<ClusterOptions> options, TimeProvider time)
        : base(options.Value.Routing, time)
    {
        _nodes = options.Value.Nodes
            .Select(static address => new Uri(address).GetLeftPart(UriPartial.Path).TrimEnd('/'))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static address => address, static address => new ClusterNode(address), StringComparer.OrdinalIgnoreCase);
        foreach (var (address, node) in _nodes)
            Add(address, node);
    }

    public ClusterNode this[string address] => _nodes[address];

    /// <summary>
    /// Returns what a request needs, or <see langword="null"/> if no node has an endpoint or the models for it. As long as nodes have not
    /// reported their endpoints, requests for the same unknown path go to the same ones of them.
    /// </summary>
    public RoutedEndpoint? Find(HttpRequest request)
    {
        var isKnown = true;
        string? unserved = null;

        // The endpoints of a node that has been gone for long can be out of date.
        foreach (var isConnected in (bool[])[true, false])
        {
            foreach (var node in _nodes.Values)
            {
                if (node.IsConnected != isConnected)
                    continue;
                isKnown &= node.HasEndpoints;

                // Nodes of the same version need the same models.
                if (node.Find(request) is not { } found || found.Demand.Key == unserved)
                    continue;
                if (CanServe(found.Demand))
                    return found with { IsKnown = IsServed(found.Demand) };
                unserved = found.Demand.Key;
            }
        }

        return isKnown ? null : new(new(request.Path.HasValue ? request.Path.Value : "/"), AllowsRetry: false, IsKnown: false);
    }

    public void Disconnect(ClusterNode node)
    {
        Disconnect(node.Address);
        node.Disconnect();
    }

    public void Dispose()
    {
        foreach (var node in _nodes.Values)
            node.Dispose();
    }
}
