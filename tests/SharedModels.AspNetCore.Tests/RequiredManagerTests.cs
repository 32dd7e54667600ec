using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore.Tests;

/// <summary>An application that forgets to call <c>AddSharedModels</c> learns it when it starts.</summary>
public sealed class RequiredManagerTests
{
    private const string Remedy =
        " needs the manager of shared models. Call builder.Services.AddSharedModels() before the application is built.";

    [Fact]
    public async Task MapSharedModels_throws()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        var exception = Assert.Throws<InvalidOperationException>(() => app.MapSharedModels());
        Assert.Equal($"MapSharedModels(){Remedy}", exception.Message);
    }

    [Fact]
    public async Task RequireModelLeases_stops_the_start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddModelLeaseProblems();
        await using var app = builder.Build();
        app.MapGet("/leased", () => TypedResults.Ok()).RequireModelLeases();
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());
        Assert.Equal($"RequireModelLeases() on 'HTTP: GET /leased'{Remedy}", exception.Message);
    }
}
