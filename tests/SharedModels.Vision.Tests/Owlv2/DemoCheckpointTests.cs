using System.Text.Json;
using SharedModels.Vision.Tests.Network;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests the trained demo checkpoint (float16) on its sample images, through the public API.</summary>
public sealed class DemoCheckpointTests : IAsyncLifetime, IDisposable
{
    private static readonly string Folder = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");

    private readonly Owlv2 _plain = new(new Owlv2Options { Checkpoint = Folder });
    private readonly Owlv2 _filtering = new(new Owlv2Options { Checkpoint = Folder, FilterDetections = true });

    public static TheoryData<int> Samples => [0, 1, 2, 3];

    public async Task InitializeAsync()
    {
        await _plain.LoadAsync(CancellationToken.None);
        await _filtering.LoadAsync(CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _plain.Dispose();
        _filtering.Dispose();
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Samples_give_the_detections_of_the_original(int index)
    {
        var sample = ReadSample(index);
        var image = TestFiles.Image(Path.Combine(Folder, "samples", sample.GetProperty("picture").GetString()!));
        string[] prompts = [.. sample.GetProperty("prompts").EnumerateArray().Select(p => p.GetString()!)];
        foreach (var expected in sample.GetProperty("detections").EnumerateObject())
        {
            var words = expected.Name.Split('_');
            var threshold = float.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture);
            var nms = words.Contains("nms") ? 0.3f : 1;
            var model = words.Contains("filters") ? _filtering : _plain;
            Check(expected.Value, model.Detect(image, prompts, threshold, nms));
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Samples_give_the_proposals_of_the_original(int index)
    {
        var sample = ReadSample(index);
        var image = TestFiles.Image(Path.Combine(Folder, "samples", sample.GetProperty("picture").GetString()!));
        var expected = sample.GetProperty("top_objectness").EnumerateArray().ToList();
        var actual = _plain.Propose(image, confidence: 0, nmsThreshold: 1);
        foreach (var (proposal, detection) in expected.Zip(actual))
        {
            Assert.Equal("object", detection.Label);
            Assert.Equal(proposal.GetProperty("objectness").GetSingle(), detection.Score, 1e-4f);
            ExpectedDetections.CheckBox(proposal.GetProperty("box"), detection.Box, 0.02f);
        }
    }

    private static JsonElement ReadSample(int index) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "samples",
            "expected-detections.json"))).RootElement.GetProperty("samples")[index];

    private static void Check(JsonElement expected, IReadOnlyList<Owlv2Detection> actual)
    {
        var sorted = expected.EnumerateArray().OrderByDescending(d => d.GetProperty("score").GetSingle()).ToList();
        Assert.Equal(sorted.Count, actual.Count);
        foreach (var (detection, found) in sorted.Zip(actual))
        {
            Assert.Equal(detection.GetProperty("prompt").GetString(), found.Label);
            Assert.Equal(detection.GetProperty("score").GetSingle(), found.Score, 1e-4f);
            ExpectedDetections.CheckBox(detection.GetProperty("box"), found.Box, 0.02f);
        }
    }
}
