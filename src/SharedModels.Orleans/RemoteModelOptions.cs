using SharedModels.Clustering;
using SharedModels.Configuration.Binding;
using SharedModels.Routing;

namespace SharedModels.Orleans;

/// <summary>The settings of calls between machines. Callers and nodes can have different ones.</summary>
public sealed class RemoteModelOptions
{
    /// <summary>
    /// Gets or sets the maximum size of the serialized arguments of a call, of its result, and of each item of a stream, in bytes. Callers
    /// check arguments, and nodes check results and items.
    /// </summary>
    /// <remarks>
    /// Orleans holds whole messages in memory on both sides, and small messages wait for large ones. Send large payloads by HTTP through
    /// SharedModels.Yarp, or pass the URI of the data.
    /// </remarks>
    /// <value>The default is 1 MiB.</value>
    public int MaxRemoteBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Gets or sets a value that indicates whether nodes send the class, the message and the stack trace of exceptions that models throw.
    /// They can contain data that callers must not see. The exceptions of leases are always sent.
    /// </summary>
    /// <value>The default is <see langword="false"/>. Nodes log the exceptions in either case.</value>
    public bool IncludeExceptionDetails { get; set; }

    /// <summary>
    /// Gets or sets the settings that the choice of nodes depends on. In code, change them with
    /// <c>options.Routing = options.Routing with { … }</c>.
    /// </summary>
    /// <value>The default has the defaults of <see cref="RoutingPolicy"/>, and a seed that is different in each process.</value>
    public RoutingPolicy Routing { get; set; } = RoutingSettings.CreateDefault();

    internal BindingReport Report { get; } = new();

    /// <summary>The part of each key before the name of the setting.</summary>
    internal string KeyPrefix { get; set; } = $"{nameof(RemoteModelOptions)}.";
}
