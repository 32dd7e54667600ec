namespace SharedModels.Cluster.Tests.Processes;

/// <summary>A link between two network namespaces, which no other link replaces when it is cut. It ends with its namespaces.</summary>
internal sealed class DirectLink
{
    private const string Device = "direct";

    private readonly (TestNetwork From, TestNetwork To)[] _directions;

    private DirectLink(TestNetwork first, TestNetwork second) => _directions = [(first, second), (second, first)];

    /// <summary>Connects two namespaces.</summary>
    public static async Task<DirectLink> CreateAsync(TestNetwork first, TestNetwork second)
    {
        await TestNetwork.Ip("-n", first.Name, "link", "add", Device, "type", "veth", "peer", "name", Device, "netns", second.Name);
        var link = new DirectLink(first, second);
        foreach (var (from, to) in link._directions)
        {
            await TestNetwork.Ip("-n", from.Name, "link", "set", Device, "up");
            await TestNetwork.Ip("-n", from.Name, "route", "add", to.AddressOf(0), "dev", Device, "src", from.AddressOf(0));
        }

        return link;
    }

    /// <summary>Cuts the link in both directions, without closing any connection.</summary>
    public async Task CutAsync()
    {
        // Packets go to a device that does not exist. Without the link, they would take another way.
        foreach (var (from, to) in _directions)
        {
            await TestNetwork.Ip(
                "-n", from.Name, "neigh", "replace", to.AddressOf(0), "lladdr", "02:00:00:00:00:01", "dev", Device, "nud", "permanent");
        }
    }

    public async Task MendAsync()
    {
        foreach (var (from, to) in _directions)
            await TestNetwork.Ip("-n", from.Name, "neigh", "del", to.AddressOf(0), "dev", Device);
    }
}
