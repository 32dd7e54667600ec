using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.VisionApi.Tests.Detection;

/// <summary>Requests for objects that wait for the model together.</summary>
public sealed class DetectionBatchTests : IDisposable
{
    private const string Path = "/v1/detect";

    private static readonly string[] Prompts = ["an orange cross", "something blue"];

    // On a slow machine, the limit of the sample would make the batches smaller.
    private readonly VisionApiFactory _factory = new()
    {
        Settings = { ["SharedModels:Models:owlv2:TargetBatchDuration"] = "1.00:00:00" },
    };

    private readonly HttpClient _client;
    private readonly MetricCollector<long> _sizes;

    public DetectionBatchTests()
    {
        _client = _factory.CreateClient();
        _sizes = new(_factory.Services.GetRequiredService<IMeterFactory>(), "SharedModels", "sharedmodels.batch.size");
    }

    private IEnumerable<long> Sizes => _sizes.GetMeasurementSnapshot().Select(static measurement => measurement.Value).Order();

    public void Dispose()
    {
        _sizes.Dispose();
        _client.Dispose();
        _factory.Dispose();
    }

    [Fact]
    public async Task Requests_with_the_same_prompts_share_a_batch_and_get_the_same_answers_as_single_requests()
    {
        var forms = (from prompt in Prompts from number in Enumerable.Range(1, 3) select (prompt, number)).ToList();
        var single = new List<string>();
        foreach (var (prompt, number) in forms)
            single.Add(Detections(await _client.PostOkAsync(Path, Form(prompt, number))));
        Assert.Equal(Enumerable.Repeat(1L, forms.Count), Sizes);
        _sizes.Clear();

        Task<JsonElement>[] together;
        await using (await _factory.Manager.FetchModelAsync("owlv2"))
        {
            together = [.. forms.Select(form => _client.PostOkAsync(Path, Form(form.prompt, form.number)))];
            await _client.WaitForModelsAsync(models => models.QueueLength() == forms.Count);
        }

        Assert.Equal(single, (await Task.WhenAll(together)).Select(Detections));
        Assert.Equal([3, 3], Sizes);
    }

    [Fact]
    public async Task An_image_that_is_too_long_is_rejected_before_it_joins_a_batch()
    {
        var good = new Owlv2Input(new ImageDecoder().Decode(File.ReadAllBytes(TestFiles.Sample("sample1.png"))), Prompts);
        Assert.Throws<ArgumentException>(static () => new Owlv2Input(new RgbImage(20_000, 1, new byte[60_000]), Prompts));
        var expected = (await RunAsync(good)).Detections;
        Task<Owlv2Output> first, last;
        await using (await _factory.Manager.FetchModelAsync("owlv2"))
            (first, last) = (RunAsync(good), RunAsync(new Owlv2Input(good.Image, Prompts, confidence: 1)));

        Assert.Equal(expected, (await first).Detections);
        Assert.Empty((await last).Detections);
        Assert.Equal(2, Sizes.Max());
    }

    private static Form Form(string prompt, int sample) =>
        new Form().Picture(TestFiles.Sample($"sample{sample}.png")).Text("prompts", prompt);

    private static string Detections(JsonElement answer) => answer.GetProperty("detections").GetRawText();

    private Task<Owlv2Output> RunAsync(Owlv2Input input) => _factory.Manager.RunAsync<Owlv2Input, Owlv2Output>("owlv2", input).AsTask();
}
