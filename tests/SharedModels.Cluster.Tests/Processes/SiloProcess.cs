using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SharedModels.Cluster.Tests.Processes;

/// <summary>A silo in its own process.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly HttpClient _client;

    private SiloProcess(ChildProcess process, string endpoint)
    {
        (Process, Endpoint) = (process, endpoint);
        _client = new() { BaseAddress = process.Addresses[0], Timeout = TestBound.Wait };
    }

    public ChildProcess Process { get; }

    /// <summary>The address and the port that other silos use.</summary>
    public string Endpoint { get; }

    /// <summary>Starts a silo.</summary>
    /// <param name="name">The name, which is the result of its model.</param>
    /// <param name="primary">The silo with the membership of the cluster, or <see langword="null"/> for the first silo.</param>
    /// <param name="address">The address to listen on.</param>
    /// <param name="networkNamespace">The network namespace to start it in, or <see langword="null"/>.</param>
    /// <param name="isNode">False if the silo only calls models.</param>
    public static async Task<SiloProcess> StartAsync(
        string name, SiloProcess? primary, string address = "127.0.0.1", string? networkNamespace = null, bool isNode = true)
    {
        var endpoint = string.Create(CultureInfo.InvariantCulture, $"{address}:{FindPort()}");
        string[] settings =
        [
            $"--Name={name}",
            $"--Address={address}",
            $"--SiloPort={endpoint.Split(':')[1]}",
            $"--GatewayPort={FindPort()}",
            $"--Primary={primary?.Endpoint ?? endpoint}",
            $"--IsNode={isNode}",
        ];
        return new(await ChildProcess.StartAsync("silo", settings, networkNamespace), endpoint);
    }

    /// <summary>Sends a request to the silo, which calls a model.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, HttpContent? content = null) => _client.PostAsync(path, content);

    /// <summary>Sends a request, and returns the name of the silo whose model has served it.</summary>
    public async Task<string> CallAsync(string path)
    {
        using var response = await PostAsync(path);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>Calls an endpoint below <c>/control</c>.</summary>
    public Task ControlAsync(string path) => CallAsync($"/control/{path}");

    /// <summary>Returns the number of silos that are members of the cluster, as this silo sees it.</summary>
    public async Task<int> CountMembersAsync() =>
        int.Parse(await _client.GetStringAsync("/control/members"), CultureInfo.InvariantCulture);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return Process.DisposeAsync();
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
