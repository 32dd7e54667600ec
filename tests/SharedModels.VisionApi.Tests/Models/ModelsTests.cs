using System.Net;
using System.Text.Json;

namespace SharedModels.VisionApi.Tests.Models;

public sealed class ModelsTests : IDisposable
{
    private readonly VisionApiFactory _factory = new();
    private readonly HttpClient _client;

    public ModelsTests() => _client = _factory.CreateClient();

    public void Dispose() => _factory.Dispose();

    [Fact]
    public async Task Models_and_devices_are_listed()
    {
        await _client.PostOkAsync("/v1/detect", new Form().Picture(TestFiles.Sample("sample4.png")).Text("prompts", "a star"));
        var answer = await _client.GetJsonAsync("/v1/models");
        var models = answer.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(["owlv2", "qr-reader"], models.Select(model => model.Text("id")));
        Assert.All(models, model => Assert.Equal(
            [
                "id", "type", "version", "canary", "residency", "device", "replicas", "bytes", "leases", "queued", "loads", "evictions",
                "loaded", "error",
            ],
            model.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            ("SharedModels.Vision.Owlv2", "OnDevice", "cpu"),
            (models[0].Text("type"), models[0].Text("residency"), models[0].Text("device")));
        Assert.Equal(
            new FileInfo(Path.Combine(TestFiles.Checkpoint, "model.safetensors")).Length,
            models[0].GetProperty("bytes").GetProperty("host").GetInt64());
        Assert.Equal((0, 1, 0), (Number(models[0], "leases"), Number(models[0], "loads"), Number(models[0], "evictions")));
        Assert.Equal(("Registered", JsonValueKind.Null), (models[1].Text("residency"), models[1].GetProperty("device").ValueKind));
        var device = Assert.Single(answer.GetProperty("devices").EnumerateArray());
        Assert.Equal(
            ["device", "budget", "used", "holders", "maxHolders", "queueLength", "maxQueueLength", "error"],
            device.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ("cpu", 0, 0, 256),
            (device.Text("device"), Number(device, "holders"), Number(device, "queueLength"), Number(device, "maxQueueLength")));
        Assert.InRange(device.GetProperty("used").GetInt64(), 1, device.GetProperty("budget").GetInt64());
    }

    [Fact]
    public async Task A_model_can_be_evicted_and_preloaded()
    {
        await PostAsync("owlv2", "evict", HttpStatusCode.NoContent);
        Assert.Equal(("Registered", 1), await StateAsync());
        await PostAsync("owlv2", "evict", HttpStatusCode.NoContent);
        await PostAsync("owlv2", "preload", HttpStatusCode.NoContent);
        await PostAsync("owlv2", "preload", HttpStatusCode.NoContent);
        Assert.Equal(("OnDevice", 2), await StateAsync());
    }

    [Theory]
    [InlineData("preload")]
    [InlineData("evict")]
    public async Task An_unknown_model_is_not_found_and_the_known_ones_are_listed(string action)
    {
        var problem = await _client.PostProblemAsync($"/v1/models/florence/{action}", null, HttpStatusCode.NotFound);
        Assert.Equal("There is no such model", problem.Text("title"));
        Assert.Contains("'owlv2', 'qr-reader'", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leased_model_is_not_evicted()
    {
        await using (await _factory.Manager.FetchModelAsync("owlv2"))
        {
            Assert.Equal(1, (await _client.GetJsonAsync("/v1/models")).Leases());
            var problem = await _client.PostProblemAsync("/v1/models/owlv2/evict", null, HttpStatusCode.Conflict);
            Assert.Equal("The model is in use", problem.Text("title"));
        }

        await PostAsync("owlv2", "evict", HttpStatusCode.NoContent);
    }

    private static int Number(JsonElement element, string property) => element.GetProperty(property).GetInt32();

    private async Task PostAsync(string id, string action, HttpStatusCode status)
    {
        using var response = await _client.PostAsync($"/v1/models/{id}/{action}", null);
        Assert.Equal(status, response.StatusCode);
    }

    private async Task<(string Residency, int Loads)> StateAsync()
    {
        var model = (await _client.GetJsonAsync("/v1/models")).GetProperty("models")[0];
        return (model.Text("residency"), Number(model, "loads"));
    }
}
