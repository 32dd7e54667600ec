using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

public sealed class HubTests
{
    [Theory]
    [InlineData("Marked", "a Held, b Held")]
    [InlineData("Plain", "a Pending, b Pending")]
    public async Task Leases_of_marked_methods_are_held_while_they_run(string method, string states)
    {
        await using var fixture = await StartAsync();
        await using var connection = await ConnectAsync(fixture);
        Assert.Equal(states, await connection.InvokeAsync<string>(method));
        await Condition.UntilAsync(() => (fixture["a"].ActiveLeases, fixture["b"].ActiveLeases) == (0, 0));
    }

    [Fact]
    public async Task A_caller_learns_why_there_is_no_lease()
    {
        await using var fixture = await StartAsync();
        await using var connection = await ConnectAsync(fixture);
        fixture.Accelerator.Lose();
        var exception = await Assert.ThrowsAsync<HubException>(() => connection.InvokeAsync<string>("Marked"));
        Assert.EndsWith("Device fake:0 is out of service. Try again in 1 second.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_goes_away_leaves_the_queue()
    {
        await using var fixture = await StartAsync();
        using var held = await fixture.Manager.FetchModelAsync("a");
        await using (var connection = await ConnectAsync(fixture))
        {
            _ = connection.SendAsync("Marked");
            await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1);
        }

        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_methods_can_be_marked_where_the_hub_is_mapped(bool isGroup)
    {
        await using var fixture = await StartAsync(app =>
        {
            if (isGroup)
                app.MapGroup("").RequireModelLeases().MapHub<LeasedHub>("/hub");
            else
                app.MapHub<LeasedHub>("/hub").RequireModelLeases();
        });
        await using var connection = await ConnectAsync(fixture);
        Assert.Equal("a Held, b Held", await connection.InvokeAsync<string>("Plain"));
    }

    [Fact]
    public async Task A_mark_without_effect_is_rejected()
    {
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            WebFixture.StartAsync(
                static app => app.MapHub<LeasedHub>("/hub").RequireModelLeases(), static services => services.AddSignalR()));
        Assert.Equal(
            "RequireModelLeases() has no effect on the hub 'LeasedHub' without the filter for hubs; call AddSignalR().AddModelLeases().",
            wrong.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_holds_no_lease_that_was_injected_before_the_hub(bool isGroup)
    {
        await using var fixture = await StartAsync(app =>
        {
            app.Use(static (context, next) =>
            {
                context.RequestServices.GetRequiredService<IModelLease<FakeModel>>();
                return next(context);
            });
            _ = isGroup
                ? app.MapGroup("").RequireModelLeases().MapHub<LeasedHub>("/hub")
                : app.MapHub<LeasedHub>("/hub").RequireModelLeases();
        });
        await using var connection = await ConnectAsync(fixture);
        Assert.Equal("a Held, b Held", await connection.InvokeAsync<string>("Plain"));
        await Condition.UntilAsync(() => (fixture["a"].ActiveLeases, fixture["b"].ActiveLeases) == (0, 0));
    }

    [Fact]
    public async Task A_marked_method_without_the_filter_gets_the_remedy_when_it_uses_a_model()
    {
        await using var fixture = await WebFixture.StartAsync(
            static app => app.MapHub<LeasedHub>("/hub"), static services => services.AddSignalR(
                static options => options.EnableDetailedErrors = true));
        await using var connection = await ConnectAsync(fixture);
        var exception = await Assert.ThrowsAsync<HubException>(() => connection.InvokeAsync<string>("Use"));
        Assert.Contains("The lease on model 'a' has not been acquired", exception.Message, StringComparison.Ordinal);
    }

    private static Task<WebFixture> StartAsync(Action<WebApplication>? map = null) =>
        WebFixture.StartAsync(map ?? (static app => app.MapHub<LeasedHub>("/hub")), static services =>
            services.AddSignalR().AddModelLeases().AddModelLeases());

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
