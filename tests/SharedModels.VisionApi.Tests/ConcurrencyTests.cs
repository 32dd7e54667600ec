using System.Text.Json;

namespace SharedModels.VisionApi.Tests;

public sealed class ConcurrencyTests(VisionApiFactory factory) : IClassFixture<VisionApiFactory>
{
    private const int Clients = 6;
    private const int RequestsEach = 8;

    private readonly HttpClient _client = factory.CreateClient();

    [Fact]
    public async Task Clients_that_alternate_between_the_models_get_the_right_answers()
    {
        var labels = (string[])["a yellow cross", "an orange diamond"];
        var codes = (string[])["clean-03.png", "clean-05.png"];
        var texts = await Task.WhenAll(
            codes.Select(async code => First(await _client.PostOkAsync("/v1/qr", new Form().Picture(TestFiles.Qr(code))), "text")));
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            for (var i = 0; i < RequestsEach; i++)
            {
                var which = (client + (i / 2)) % 2;
                if ((client + i) % 2 == 0)
                    Assert.Equal(labels[which], First(await _client.PostOkAsync(
                        "/v1/detect", new Form().Picture(TestFiles.Sample("sample4.png")).Text("prompts", labels[which])), "label"));
                else
                    Assert.Equal(
                        texts[which], First(await _client.PostOkAsync("/v1/qr", new Form().Picture(TestFiles.Qr(codes[which]))), "text"));
            }
        }));
        var models = await _client.WaitForModelsAsync(models => models.Leases() == 0);
        Assert.Equal(0, models.QueueLength());
        Assert.All(models.GetProperty("models").EnumerateArray(), model => Assert.Equal(1, model.GetProperty("loads").GetInt32()));
        Assert.Empty(factory.Errors);
    }

    private static string First(JsonElement answer, string property) => answer.GetProperty("detections")[0].Text(property);
}
