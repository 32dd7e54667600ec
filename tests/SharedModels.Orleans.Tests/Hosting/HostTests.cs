using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using StackExchange.Redis;

namespace SharedModels.Orleans.Tests.Hosting;

/// <summary>Silos and clients as applications set them up, with connections.</summary>
public sealed class HostTests : IAsyncLifetime
{
    private readonly List<IHost> _hosts = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        // Clients stop first. A silo is not waited for: the process does not need its port again.
        _hosts.Reverse();
        foreach (var host in _hosts)
        {
            await host.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TestBound.Wait)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    [Fact]
    public async Task A_silo_and_a_client_need_no_other_program()
    {
        var (silo, gateway) = (Ports.Find(), Ports.Find());
        await StartSiloAsync("one", builder => builder.UseLocalhostClustering(silo, gateway), "echo");
        var client = await StartClientAsync(builder => builder.UseLocalhostClustering(gateway));

        var answer = await client.Model.EchoAsync("hello").WaitAsync(TestBound.Wait);

        Assert.Equal(new Answer("one", "hello"), answer);
        Assert.Equal([0], await client.Model.StreamAsync(1).ToListAsync().AsTask().WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task A_silo_without_models_calls_nodes_and_passes_the_calls_of_clients()
    {
        var (first, silo, gateway) = (Ports.Find(), Ports.Find(), Ports.Find());
        var primary = new IPEndPoint(IPAddress.Loopback, first);
        await StartSiloAsync("node", builder => builder.UseLocalhostClustering(first, Ports.Find()), "echo");
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(orleans => orleans.UseLocalhostClustering(silo, gateway, primary).AddSharedModelClients());
        var caller = await StartAsync(builder);
        var client = await StartClientAsync(builder => builder.UseLocalhostClustering(gateway));

        foreach (var echo in (IModelClient<IEcho>[])[caller.Services.GetRequiredService<IModelClient<IEcho>>(), client])
        {
            Assert.Equal("node", (await echo.Model.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
            Assert.Equal([0], await echo.Model.StreamAsync(1).ToListAsync().AsTask().WaitAsync(TestBound.Wait));
        }

        await Assert.ThrowsAsync<UnknownModelException>(
            () => client.ModelOf("other").EchoAsync("hello").WaitAsync(TestBound.Wait));
    }

    [Fact]
    public async Task Settings_of_the_application_override_defaults()
    {
        var (silo, gateway) = (Ports.Find(), Ports.Find());
        var host = await StartSiloAsync(
            "one",
            builder => builder.UseLocalhostClustering(silo, gateway).Configure<ClusterMembershipOptions>(
                static options => options.NumMissedProbesLimit = 7));

        Assert.Equal(4, host.Services.GetRequiredService<IOptions<ConnectionOptions>>().Value.ConnectionsPerEndpoint);
        var membership = host.Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;
        Assert.Equal((TimeSpan.FromSeconds(1), 7), (membership.ProbeTimeout, membership.NumMissedProbesLimit));
    }

    [Fact]
    public async Task A_silo_without_a_manager_does_not_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleans(static silo => silo.UseLocalhostClustering(Ports.Find(), Ports.Find()).AddSharedModels());
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync().WaitAsync(TestBound.Wait));

        Assert.Contains("services.AddSharedModels()", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_settings_stop_the_application_at_startup()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleansClient(static client => client
            .UseLocalhostClustering(Ports.Find())
            .AddSharedModels(static options => options.MaxRemoteBytes = 0));
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync().WaitAsync(TestBound.Wait));

        Assert.Contains(nameof(RemoteModelOptions.MaxRemoteBytes), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_from_the_configuration_and_wrong_ones_are_reported_together()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration["SharedModels:Remote:MaxRemoteBytes"] = "many";
        builder.Configuration["SharedModels:Remote:Routing:MaxAttempts"] = "0";
        builder.Configuration["SharedModels:Remote:Routing:BrokenDelay"] = "3";
        builder.UseOrleansClient(client => client
            .UseLocalhostClustering(Ports.Find())
            .AddSharedModels(builder.Configuration.GetSection("SharedModels:Remote")));
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync().WaitAsync(TestBound.Wait));

        Assert.Equal(
            [
                "SharedModels:Remote:MaxRemoteBytes is 'many'. The value must be a whole number up to 2147483647.",
                "SharedModels:Remote:Routing:BrokenDelay is '3'. Write a time as hh:mm:ss or d.hh:mm:ss, for example 00:00:03 for 3 "
                    + "seconds.",
                "SharedModels:Remote:Routing:MaxAttempts is 0. The value must be 1 or more.",
            ],
            failure.Failures);
    }

    [RedisFact]
    public async Task Silos_and_clients_find_each_other_through_Redis()
    {
        using var redis = await RedisServer.StartAsync();
        var options = ConfigurationOptions.Parse(redis.Address);
        foreach (var name in (string[])["one", "two"])
        {
            var (silo, gateway) = (Ports.Find(), Ports.Find());
            await StartSiloAsync(
                name,
                builder => builder.ConfigureEndpoints(IPAddress.Loopback, silo, gateway).UseRedisClustering(
                    redis => redis.ConfigurationOptions = options),
                name == "two" ? "echo" : "other");
        }

        var client = await StartClientAsync(builder => builder.UseRedisClustering(redis => redis.ConfigurationOptions = options));

        Assert.Equal("two", (await client.Model.EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
        Assert.Equal("one", (await client.ModelOf("other").EchoAsync("hello").WaitAsync(TestBound.Wait)).Silo);
        await DisposeAsync();
        _hosts.Clear();
    }

    private async Task<IHost> StartSiloAsync(string name, Action<ISiloBuilder> configure, string? model = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        var models = builder.Services.AddSharedModelManager();
        if (model is not null)
            models.AddModel(model, services => new Echo(services.GetRequiredService<SiloState>()));
        builder.Services.AddSingleton(new SiloState(name));
        builder.UseOrleans(silo =>
        {
            silo.AddSharedModels();
            configure(silo);
        });
        return await StartAsync(builder);
    }

    private async Task<IModelClient<IEcho>> StartClientAsync(Action<IClientBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.UseOrleansClient(client =>
        {
            configure(client);
            client.AddSharedModels();
        });
        return (await StartAsync(builder)).Services.GetRequiredService<IModelClient<IEcho>>();
    }

    private async Task<IHost> StartAsync(HostApplicationBuilder builder)
    {
        var host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync().WaitAsync(TestBound.Wait);
        return host;
    }
}
