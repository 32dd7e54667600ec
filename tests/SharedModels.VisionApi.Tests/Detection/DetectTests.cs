using System.Globalization;
using System.Text.Json;

namespace SharedModels.VisionApi.Tests.Detection;

public sealed class DetectTests(VisionApiFactory factory) : IClassFixture<VisionApiFactory>
{
    private const string Path = "/v1/detect";

    private readonly HttpClient _client = factory.CreateClient();

    [Theory]
    [InlineData(0, "0.1")]
    [InlineData(0, "0.3")]
    [InlineData(1, "0.1")]
    [InlineData(1, "0.3")]
    [InlineData(2, "0.1")]
    [InlineData(2, "0.3")]
    [InlineData(3, "0.1")]
    [InlineData(3, "0.3")]
    public async Task Samples_give_the_detections_of_the_original(int index, string confidence)
    {
        var sample = JsonDocument
            .Parse(await File.ReadAllBytesAsync(TestFiles.Sample("expected-detections.json"))).RootElement
            .GetProperty("samples")[index];
        var prompts = sample.GetProperty("prompts").EnumerateArray().Select(prompt => prompt.GetString()!);
        var form = new Form()
            .Picture(TestFiles.Sample(sample.Text("picture")))
            .Text("prompts", prompts)
            .Text("confidence", confidence)
            .Text("nmsThreshold", "0.3");
        var found = (await _client.PostOkAsync(Path, form)).GetProperty("detections").EnumerateArray().ToList();
        var expected = sample.GetProperty("detections").GetProperty($"vat_threshold_{confidence}_nms_0.3").EnumerateArray()
            .OrderByDescending(detection => detection.GetProperty("score").GetSingle()).ToList();
        Assert.Equal(expected.Select(detection => detection.Text("prompt")), found.Select(detection => detection.Text("label")));
        foreach (var (wanted, actual) in expected.Zip(found))
        {
            Assert.Equal(wanted.GetProperty("score").GetSingle(), actual.GetProperty("score").GetSingle(), 1e-4f);
            Assert.Equal(4, actual.GetProperty("box").GetArrayLength());
            foreach (var (side, actualSide) in wanted.GetProperty("box").EnumerateArray().Zip(actual.GetProperty("box").EnumerateArray()))
                Assert.Equal(side.GetSingle(), actualSide.GetSingle(), 0.02f);
        }
    }

    [Fact]
    public async Task The_answer_contains_model_device_size_and_times()
    {
        var answer = await _client.PostOkAsync(Path, Form("a red triangle"));
        Assert.Equal(
            ["model", "device", "width", "height", "detections", "timing"], answer.EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ("owlv2", "cpu", 640, 480),
            (answer.Text("model"), answer.Text("device"), answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32()));
        Assert.Equal(["label", "score", "box"], answer.GetProperty("detections")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["waitMs", "decodeMs", "inferenceMs"], answer.GetProperty("timing").EnumerateObject().Select(property => property.Name));
        Assert.All(answer.GetProperty("timing").EnumerateObject(), time => Assert.True(time.Value.GetDouble() >= 0));
        Assert.True(answer.GetProperty("timing").GetProperty("inferenceMs").GetDouble() > 0);
    }

    [Theory]
    [InlineData("a red triangle\na black star")]
    [InlineData("\r\n  a red triangle \r\n\r\n\ta black star\r\n")]
    [InlineData("a red triangle", "", "   ", "a black star")]
    [InlineData("a red triangle\n", "a black star\n\n")]
    public async Task Prompts_are_lines_of_one_value_or_separate_values_and_blank_ones_are_ignored(params string[] prompts)
    {
        var expected = await _client.PostOkAsync(Path, Form("a red triangle", "a black star"));
        var found = await _client.PostOkAsync(Path, Form(prompts));
        Assert.Equal(
            ["a black star", "a red triangle"],
            found.GetProperty("detections").EnumerateArray().Select(detection => detection.Text("label")));
        Assert.Equal(expected.GetProperty("detections").GetRawText(), found.GetProperty("detections").GetRawText());
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("0.1", "0.3")]
    [InlineData(" 1e-1 ", "3E-1")]
    public async Task Thresholds_have_defaults_and_use_a_decimal_point(string confidence, string nmsThreshold)
    {
        var expected = await _client.PostOkAsync(Path, Form("a red triangle"));
        var found = await _client.PostOkAsync(
            Path, Form("a red triangle").Text("confidence", confidence).Text("nmsThreshold", nmsThreshold));
        Assert.Equal(expected.GetProperty("detections").GetRawText(), found.GetProperty("detections").GetRawText());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.9)]
    [InlineData(1)]
    public async Task Scores_are_above_the_confidence(double confidence)
    {
        var answer = await _client.PostOkAsync(
            Path, Form("an orange cross", "a green hexagon").Text("confidence", confidence.ToString(CultureInfo.InvariantCulture)));
        var scores = answer.GetProperty("detections")
            .EnumerateArray()
            .Select(detection => detection.GetProperty("score").GetDouble())
            .ToList();
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.All(scores, score => Assert.True(score > confidence));
        Assert.Equal(confidence < 1, scores.Count > 0);
    }

    [Theory]
    [InlineData("exif-orientation-1.jpg")]
    [InlineData("exif-orientation-6.jpg")]
    [InlineData("webp-lossy.webp")]
    [InlineData("jpeg-named.png")]
    public async Task Images_of_each_format_are_turned_upright(string picture)
    {
        var answer = await _client.PostOkAsync(Path, new Form().Picture(TestFiles.Bad(picture)).Text("prompts", "something red"));
        Assert.Equal((64, 48), (answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32()));
    }

    [Fact]
    public async Task Sixty_four_prompts_are_accepted()
    {
        var answer = await _client.PostOkAsync(
            Path, Form([.. Enumerable.Range(0, 63).Select(number => $"nothing {number}"), "a red triangle"]));
        Assert.Contains(answer.GetProperty("detections").EnumerateArray(), detection => detection.Text("label") == "a red triangle");
    }

    private static Form Form(params string[] prompts) => new Form().Picture(TestFiles.Sample("sample1.png")).Text("prompts", prompts);
}
