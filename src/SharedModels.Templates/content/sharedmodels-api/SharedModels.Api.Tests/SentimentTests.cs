using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.Api.Tests;

/// <summary>The application on a fake accelerator: no GPU is needed, and the accelerator fails when a test says so.</summary>
public sealed class SentimentTests : IDisposable
{
    private readonly FakeAccelerator _accelerator = new(memoryBytes: 1_000_000_000);
    private readonly WebApplicationFactory<Program> _application;

    public SentimentTests() => _application = new WebApplicationFactory<Program>().WithWebHostBuilder(
        host => host.ConfigureTestServices(services => services.AddFakeAccelerator(_accelerator)));

    public void Dispose() => _application.Dispose();

    [Theory]
    [InlineData("good", "1")]
    [InlineData("a fine day", "0.3333333333333333")]
    [InlineData("dull", "0")]
    public async Task Scores_a_text(string text, string score)
    {
        using var client = _application.CreateClient();
        Assert.Equal(score, await client.GetStringAsync($"/sentiment?text={Uri.EscapeDataString(text)}"));
    }

    [Fact]
    public async Task Readiness_follows_the_device()
    {
        using var client = _application.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
        _accelerator.Lose();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/health/ready")).StatusCode);
    }
}
