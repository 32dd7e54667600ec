namespace SharedModels.Cluster.Tests.Processes;

/// <summary>A network namespace that is connected to this machine by links that can be cut.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private static int _last;

    private readonly int _number = Interlocked.Increment(ref _last);

    private TestNetwork() => Name = $"sm{Environment.ProcessId}x{_number}";

    /// <summary>The name of the namespace.</summary>
    public string Name { get; }

    /// <summary>Creates a namespace with links.</summary>
    /// <exception cref="InvalidOperationException">The user or the machine does not permit it.</exception>
    public static async Task<TestNetwork> CreateAsync(int links)
    {
        var network = new TestNetwork();
        await Ip("netns", "add", network.Name);
        try
        {
            for (var link = 0; link < links; link++)
                await network.ConnectAsync(link);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the address of the namespace on a link.</summary>
    public string AddressOf(int link) => $"{Prefix(link)}.2";

    /// <summary>The address of this machine on the first link.</summary>
    public string OuterAddress => $"{Prefix(0)}.1";

    /// <summary>Lets processes of the namespace reach all addresses of this machine.</summary>
    public Task AddRouteAsync() => Ip("-n", Name, "route", "add", "default", "via", OuterAddress);

    /// <summary>Cuts a link in both directions, without closing any connection.</summary>
    public Task CutAsync(int link) => Ip("-n", Name, "link", "set", InnerEnd(link), "down");

    public Task MendAsync(int link) => Ip("-n", Name, "link", "set", InnerEnd(link), "up");

    public async ValueTask DisposeAsync() => await Ip("netns", "del", Name);

    /// <summary>Runs the program ip.</summary>
    internal static Task Ip(params string[] arguments) => ShellCommand.RunAsync("ip", arguments);

    private async Task ConnectAsync(int link)
    {
        var outer = $"{Name}o{link}";
        await Ip("link", "add", outer, "type", "veth", "peer", "name", InnerEnd(link), "netns", Name);
        await Ip("addr", "add", $"{Prefix(link)}.1/30", "dev", outer);
        await Ip("link", "set", outer, "up");
        await Ip("-n", Name, "addr", "add", $"{AddressOf(link)}/30", "dev", InnerEnd(link));
        await Ip("-n", Name, "link", "set", InnerEnd(link), "up");
    }

    private static string InnerEnd(int link) => $"inner{link}";

    // 198.18.0.0/15 is reserved for tests of networks.
    private string Prefix(int link) => $"198.{18 + link % 2}.{(Environment.ProcessId + _number) % 256}";
}
