using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Checkpoints.Hub;
using SharedModels.Vision.Tests;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>A hub with a checkpoint, an empty cache, and a download from one to the other.</summary>
internal sealed class HubFixture : IDisposable
{
    public static readonly CheckpointLayout Layout = new(
        [[["config.json"]], [["vocab.json", "merges.txt"], ["tokenizer.json"]]], ["extra.json"]);

    private readonly TemporaryFolder _folder = new();

    public HubFixture()
    {
        Hub.Files["config.json"] = "{}"u8.ToArray();
        Hub.Files["tokenizer.json"] = """{"model":{}}"""u8.ToArray();
        Hub.Files["model.safetensors"] = Weights(3 << 20);
        Hub.Files["pytorch_model.bin"] = Weights(500);
    }

    public FakeHub Hub { get; } = new();

    public QuickTime Time { get; } = new();

    public FakeLogCollector Log { get; } = new();

    public List<ModelLoadProgress> Progress { get; } = [];

    public HubFiles Files { get; init; } = new();

    /// <summary>The user information before the hub's address, with an @ at the end.</summary>
    public string UserInfo { get; init; } = "";

    public string Cache => _folder.Path;

    public string Root => _folder.File("models--acme--owl");

    public string Snapshot => Path.Combine(Root, "snapshots", FakeHub.Commit);

    public string WeightsBlob => Path.Combine(Root, "blobs", FakeHub.EtagOf(Hub.Files["model.safetensors"]));

    public string Partial => WeightsBlob + ".sharedmodels.incomplete";

    public static byte[] Weights(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Sets the responses to requests for the content of the weights.</summary>
    public void OnWeights(Func<FakeRequest, int, FakeAnswer?> answer) => Hub.Script = (request, number) =>
        request is { Method: "GET", File: "model.safetensors" } ? answer(request, number) : null;

    public Task<string> RunAsync(
        string repository = "acme/owl", string? token = null, CancellationToken cancellationToken = default) =>
        new HubDownload(
            new(Hub.Address.Replace("://", $"://{UserInfo}", StringComparison.Ordinal), token, Cache, static _ => null),
            HubRepository.TryParse(repository)!,
            Layout,
            new Reports(Progress),
            new FakeLogger(Log),
            Time)
        {
            Files = Files,
        }.RunAsync(cancellationToken);

    public async Task<string> FailAsync(string repository = "acme/owl", string? token = null) =>
        (await Assert.ThrowsAsync<CheckpointException>(() => RunAsync(repository, token))).Message;

    public void AssertComplete()
    {
        Assert.True(Layout.IsComplete(Snapshot));
        foreach (var file in Directory.GetFiles(Snapshot))
            Assert.Equal(Hub.Files[Path.GetFileName(file)], File.ReadAllBytes(file));
        Assert.Empty(Directory.GetFiles(Path.Combine(Root, "blobs"), "*.incomplete"));
    }

    /// <summary>Asserts that no snapshot contains weights.</summary>
    public void AssertNothingLanded()
    {
        Assert.False(File.Exists(WeightsBlob));
        Assert.False(Directory.Exists(Snapshot));
        Assert.False(Directory.Exists(Path.Combine(Root, "refs")));
    }

    public void Dispose()
    {
        Hub.Dispose();
        _folder.Dispose();
    }

    private sealed class Reports(List<ModelLoadProgress> list) : IProgress<ModelLoadProgress>
    {
        public void Report(ModelLoadProgress value) => list.Add(value);
    }
}
