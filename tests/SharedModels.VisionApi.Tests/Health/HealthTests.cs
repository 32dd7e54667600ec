using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SharedModels.VisionApi.Tests.Health;

public sealed class HealthTests
{
    [Theory]
    [InlineData("live", "The scheduler responds.", "leases")]
    [InlineData("ready", "Models can be leased.", "cpu.queue")]
    public async Task Health_is_reported_with_reasons(string check, string description, string data)
    {
        await using var factory = new VisionApiFactory();
        var answer = await factory.CreateClient().GetJsonAsync($"/health/{check}");
        Assert.Equal(["status", "checks"], answer.EnumerateObject().Select(property => property.Name));
        Assert.Equal("Healthy", answer.Text("status"));
        var result = Assert.Single(answer.GetProperty("checks").EnumerateArray());
        Assert.Equal(["name", "status", "description", "data"], result.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ($"sharedmodels-{check}", "Healthy", description), (result.Text("name"), result.Text("status"), result.Text("description")));
        Assert.Equal(0, result.GetProperty("data").GetProperty(data).GetInt32());
    }

    [Fact]
    public async Task Readiness_is_unhealthy_while_the_queue_is_full_and_liveness_is_healthy()
    {
        await using var factory = new VisionApiFactory { Settings = { ["SharedModels:Leasing:MaxQueueLength"] = "1" } };
        using var client = factory.CreateClient();
        using var giveUp = new CancellationTokenSource();
        await using var held = await factory.Manager.FetchModelAsync("owlv2");
        var waiting = factory.Manager.FetchModelAsync("owlv2", giveUp.Token).AsTask();
        using var ready = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var answer = await ready.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("Unhealthy", answer.Text("status"));
        Assert.Contains("The queue of device cpu is full", answer.GetProperty("checks")[0].Text("description"), StringComparison.Ordinal);
        Assert.Equal("Healthy", (await client.GetJsonAsync("/health/live")).Text("status"));
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal("Healthy", (await client.GetJsonAsync("/health/ready")).Text("status"));
    }
}
