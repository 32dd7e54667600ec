using SharedModels.Clustering;
using SharedModels.Configuration.Binding;
using SharedModels.Routing;

namespace SharedModels.Yarp;

/// <summary>The settings of a gateway, which <c>AddReverseProxy().AddSharedModels(…)</c> sets.</summary>
public sealed class ClusterOptions
{
    /// <summary>Gets the addresses of the nodes, such as <c>http://10.0.0.3:5080</c>. gRPC needs <c>https</c>.</summary>
    /// <value>The default is an empty list. At least one address is required.</value>
    public IList<string> Nodes { get; } = [];

    /// <summary>Gets or sets the path prefix that the nodes pass to <c>MapSharedModelsNode</c>.</summary>
    /// <value>The default is <c>/sharedmodels/node</c>.</value>
    public string NodePath { get; set; } = Messages.NodeHeaders.DefaultPrefix;

    /// <summary>
    /// Gets or sets the maximum time that a node can neither send nor receive data of a request before the request fails with 504. Nodes
    /// that hang are detected by their missing reports, so the value can be as long as the longest computation.
    /// </summary>
    /// <value>The default is 10 minutes.</value>
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets the maximum time to connect to a node. After that, the request goes to another node.</summary>
    /// <value>The default is 2 s.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets or sets the settings that the choice of nodes depends on. In code, change them with
    /// <c>options.Routing = options.Routing with { … }</c>.
    /// </summary>
    /// <value>The default has the defaults of <see cref="RoutingPolicy"/>, and a seed that is different in each process.</value>
    public RoutingPolicy Routing { get; set; } = RoutingSettings.CreateDefault();

    internal BindingReport Report { get; } = new();

    /// <summary>The part of each key before the name of the setting.</summary>
    internal string KeyPrefix { get; set; } = $"{nameof(ClusterOptions)}.";
}
