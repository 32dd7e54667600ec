using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.Yarp.Tests;

/// <summary>A node that stops to report and to answer, but keeps its connections, as a process that is stopped.</summary>
public sealed class HangTests
{
    private const string Report =
        """
        {"report":{"node":"","instance":1,"number":1,"isComplete":true,"serves":["a"],
        "devices":[{"device":"fake:0","slots":1,"budgetBytes":90}],
        "models":[{"model":"a","device":"fake:0","presence":"Resident"}]},
        "endpoints":[{"pattern":"/again/{id}","methods":["POST"],"models":[],"modelParameter":"id","allowsRetry":true}]}
        """;

    [Fact]
    public async Task A_request_on_a_node_that_hangs_is_served_by_another_node()
    {
        var received = new TaskCompletionSource();
        await using var hung = await StartAsync(received);
        await using var node = await TestNode.StartAsync("node");
        await using var gateway = await TestGateway.StartAsync([hung.Urls.Single(), node.Address], hung.Urls.Single(), node.Address);

        // The node that hangs has the model, so it gets the request.
        var answer = gateway.PostAsync("/again/a");
        await received.Task;

        using var response = await answer;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("node", await response.Content.ReadAsStringAsync());
    }

    private static async Task<WebApplication> StartAsync(TaskCompletionSource received)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        var app = builder.Build();
        app.UseRouting();
        app.MapGet("/sharedmodels/node/reports", static async (HttpContext context) =>
        {
            await context.Response.WriteAsync($"data: {Report.ReplaceLineEndings("")}\n\n");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        app.MapPost("/again/{id}", async (HttpContext context) =>
        {
            received.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        await app.StartAsync();
        return app;
    }
}
