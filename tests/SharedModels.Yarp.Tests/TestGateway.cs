using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SharedModels.Clustering.State;
using SharedModels.Yarp.Gateways;

namespace SharedModels.Yarp.Tests;

/// <summary>A gateway on a loopback port.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestGateway(WebApplication app)
    {
        _app = app;
        var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TestBound.Wait, MaxConnectionsPerServer = int.MaxValue };
        Client = new(handler) { BaseAddress = new(app.Urls.First()), Timeout = TestBound.Wait };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public Cluster Cluster => Services.GetRequiredService<Cluster>();

    public Uri Page => new(new Uri(_app.Urls.First()), "/cluster");

    /// <summary>The address of a second port, if there is one.</summary>
    public Uri SecondAddress => new(_app.Urls.Last());

    /// <summary>Starts a gateway and waits until the nodes with the given addresses have reported.</summary>
    public static Task<TestGateway> StartAsync(IEnumerable<string> addresses, params string[] reporting) =>
        StartAsync(addresses, reporting, static _ => { });

    /// <inheritdoc cref="StartAsync(IEnumerable{string}, string[])"/>
    public static async Task<TestGateway> StartAsync(
        IEnumerable<string> addresses, string[] reporting, Action<IServiceCollection> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options =>
        {
            options.Listen(System.Net.IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
            options.Limits.MaxRequestBodySize = null;
        });
        foreach (var (index, address) in addresses.Index())
            builder.Configuration[$"Cluster:Nodes:{index}"] = address;
        builder.Services.AddRouting();
        builder.Services.AddReverseProxy().AddSharedModels(builder.Configuration.GetSection("Cluster"));
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
        configure(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        app.MapSharedModelsGateway();
        app.MapSharedModelsClusterDashboard();
        await app.StartAsync();
        var cluster = app.Services.GetRequiredService<Cluster>();
        foreach (var address in reporting)
            await Condition.UntilAsync(() => cluster[address].HasEndpoints);
        return new(app);
    }

    public static Task<TestGateway> StartAsync(params TestNode[] nodes)
    {
        string[] addresses = [.. nodes.Select(static node => node.Address)];
        return StartAsync(addresses, addresses);
    }

    /// <summary>Returns the state of a node as the gateway knows it.</summary>
    public ClusterNodeState StateOf(string address) => Cluster.Describe().Nodes.Single(entry => entry.Node.Node == address);

    public async Task<HttpResponseMessage> PostAsync(string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = content is not null;
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
