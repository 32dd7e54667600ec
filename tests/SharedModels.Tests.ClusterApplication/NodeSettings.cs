namespace SharedModels.Tests.ClusterApplication;

/// <summary>The settings of a node, from its arguments.</summary>
internal sealed class NodeSettings
{
    public string Name { get; set; } = "node";

    /// <summary>The addresses and ports to listen on, separated by commas. Port 0 is a free one.</summary>
    public string Listen { get; set; } = "127.0.0.1:0";

    /// <summary>The ids of the models, separated by commas.</summary>
    public string Models { get; set; } = "a,b";

    public int LoadMilliseconds { get; set; } = 20;

    public int WorkMilliseconds { get; set; }

    public int MaxQueueLength { get; set; } = 1024;

    /// <summary>Adds fields to reports that gateways do not know, as a later version of a node does.</summary>
    public bool IsLaterVersion { get; set; }
}
