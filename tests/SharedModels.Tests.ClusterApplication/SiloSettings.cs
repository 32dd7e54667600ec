namespace SharedModels.Tests.ClusterApplication;

/// <summary>The settings of a silo, from its arguments.</summary>
internal sealed class SiloSettings
{
    public string Name { get; set; } = "silo";

    /// <summary>The address to listen on.</summary>
    public string Address { get; set; } = "127.0.0.1";

    public int SiloPort { get; set; }

    public int GatewayPort { get; set; }

    /// <summary>The address and the port of the silo that has the membership of the cluster.</summary>
    public string Primary { get; set; } = "";

    /// <summary>False if the silo only calls models.</summary>
    public bool IsNode { get; set; } = true;
}
