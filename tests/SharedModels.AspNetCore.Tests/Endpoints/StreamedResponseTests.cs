using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Tests.Endpoints;

/// <summary>Responses that are streams of a model. The lease is held until the response has completed.</summary>
public sealed class StreamedResponseTests
{
    private const string Worker = "SharedModels fake:0 #0";

    [Theory]
    [InlineData("/json")]
    [InlineData("/controller/count")]
    [InlineData("/events")]
    public async Task A_response_arrives_item_by_item_and_keeps_the_lease_until_it_is_complete(string path)
    {
        await using var fixture = await StartAsync();
        using var response = await fixture.Client.GetAsync($"{path}?count=3", HttpCompletionOption.ResponseHeadersRead);
        await using var items = ItemsOf(path, await response.Content.ReadAsStreamAsync()).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());
        Assert.Equal(("0", 1, false), (items.Current, fixture["a"].ActiveLeases, ScriptOf(fixture).EndedOn.IsCompleted));
        ScriptOf(fixture).Continue();
        Assert.True(await items.MoveNextAsync());
        Assert.True(await items.MoveNextAsync());
        Assert.Equal("2", items.Current);
        Assert.False(await items.MoveNextAsync());
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
        Assert.Equal(Worker, await ScriptOf(fixture).EndedOn);
    }

    [Theory]
    [InlineData("/json")]
    [InlineData("/controller/count")]
    [InlineData("/events")]
    public async Task A_client_that_goes_away_ends_the_stream_and_releases_the_lease(string path)
    {
        await using var fixture = await StartAsync();
        using (var response = await fixture.Client.GetAsync($"{path}?count=3", HttpCompletionOption.ResponseHeadersRead))
        {
            await using var items = ItemsOf(path, await response.Content.ReadAsStreamAsync()).GetAsyncEnumerator();
            Assert.True(await items.MoveNextAsync());
        }

        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
        Assert.Equal(Worker, await ScriptOf(fixture).EndedOn);
        (await fixture.Manager.FetchModelAsync("a")).Dispose();
        Assert.DoesNotContain(fixture.Log.GetSnapshot(), static line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Events_without_the_token_of_the_request_end_at_the_next_item_after_the_client_has_gone()
    {
        await using var fixture = await StartAsync();
        using (var response = await fixture.Client.GetAsync(
            "/events-without-token?count=1000000", HttpCompletionOption.ResponseHeadersRead))
        {
            await using var items = ItemsOf("/events", await response.Content.ReadAsStreamAsync()).GetAsyncEnumerator();
            Assert.True(await items.MoveNextAsync());
        }

        ScriptOf(fixture).Continue();
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
        Assert.Equal(Worker, await ScriptOf(fixture).EndedOn);
    }

    [Theory]
    [InlineData("/json", false)]
    [InlineData("/json", true)]
    [InlineData("/controller/count", true)]
    [InlineData("/events", false)]
    [InlineData("/events", true)]
    public async Task Over_Kestrel_too_the_lease_lasts_as_long_as_the_response(string path, bool goesAway)
    {
        await using var app = await StartKestrelAsync();
        var manager = app.Services.GetRequiredService<ISharedModelManager>();
        var script = app.Services.GetRequiredService<StreamScript>();
        using var client = new HttpClient { BaseAddress = new(AddressOf(app)) };
        using (var response = await client.GetAsync($"{path}?count=1000", HttpCompletionOption.ResponseHeadersRead))
        {
            await using var items = ItemsOf(path, await response.Content.ReadAsStreamAsync()).GetAsyncEnumerator();
            Assert.True(await items.MoveNextAsync());
            Assert.Equal(("0", 1), (items.Current, ActiveLeases()));
            if (!goesAway)
            {
                script.Continue();
                var count = 1;
                while (await items.MoveNextAsync())
                    count++;
                Assert.Equal(1000, count);
            }
        }

        await Condition.UntilAsync(() => ActiveLeases() == 0);
        Assert.Equal(Worker, await script.EndedOn);

        int ActiveLeases() => manager.GetSnapshot().Models.Single(static model => model.Id == "a").ActiveLeases;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_of_a_hub_keeps_the_lease_until_it_ends_or_the_client_stops(bool stops)
    {
        await using var fixture = await StartAsync();
        await using var connection = await ConnectAsync(fixture);
        using var stop = new CancellationTokenSource();
        await using (var items = connection.StreamAsync<string>("Count", 3, stop.Token).GetAsyncEnumerator(CancellationToken.None))
        {
            Assert.True(await items.MoveNextAsync());
            Assert.Equal(("0", 1), (items.Current, fixture["a"].ActiveLeases));
            if (stops)
            {
                await stop.CancelAsync();
            }
            else
            {
                ScriptOf(fixture).Continue();
                Assert.True(await items.MoveNextAsync());
                Assert.True(await items.MoveNextAsync());
                Assert.Equal("2", items.Current);
                Assert.False(await items.MoveNextAsync());
            }
        }

        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
        Assert.Equal(Worker, await ScriptOf(fixture).EndedOn);
    }

    [Fact]
    public async Task A_connection_that_closes_ends_its_streams()
    {
        await using var fixture = await StartAsync();
        await using (var connection = await ConnectAsync(fixture))
        {
            await using var items = connection.StreamAsync<string>("Count", 3).GetAsyncEnumerator();
            Assert.True(await items.MoveNextAsync());
            await connection.StopAsync();
        }

        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
        Assert.Equal(Worker, await ScriptOf(fixture).EndedOn);
    }

    private static StreamScript ScriptOf(WebFixture fixture) => fixture.Services.GetRequiredService<StreamScript>();

    private static Task<WebFixture> StartAsync() => WebFixture.StartAsync(
        static app =>
        {
            StreamScript.Map(app);
            app.MapControllers();
            app.MapHub<StreamedHub>("/hub");
        },
        static services =>
        {
            services.AddSingleton<StreamScript>();
            services.AddControllers().AddApplicationPart(typeof(StreamedController).Assembly);
            services.AddSignalR().AddModelLeases();
        });

    private static async Task<WebApplication> StartKestrelAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<StreamScript>().AddFakeAccelerator(new SharedModels.Testing.FakeAccelerator(90));
        builder.Services.AddSharedModelManager(builder.Configuration.GetSection("SharedModels"))
            .AddModel("a", static _ => new SharedModels.Testing.FakeModel(30));
        builder.Services.AddControllers().AddApplicationPart(typeof(StreamedController).Assembly);
        var app = builder.Build();
        StreamScript.Map(app);
        app.MapControllers();
        await app.StartAsync();
        return app;
    }

    private static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static IAsyncEnumerable<string> ItemsOf(string path, Stream body) => path.StartsWith("/events", StringComparison.Ordinal)
        ? SseParser.Create(body).EnumerateAsync().Select(static item => item.Data)
        : JsonSerializer.DeserializeAsyncEnumerable<string>(body).Select(static item => item!);

    private static async Task<HubConnection> ConnectAsync(WebFixture fixture)
    {
        var connection = new HubConnectionBuilder().WithUrl("http://localhost/hub", options =>
        {
            options.Transports = HttpTransportType.LongPolling;
            options.HttpMessageHandlerFactory = _ => fixture.Server.CreateHandler();
        }).Build();
        await connection.StartAsync();
        return connection;
    }
}
