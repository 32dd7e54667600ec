using System.Net;

namespace SharedModels.VisionApi.Tests.Detection;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("visionapi-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_broken_checkpoint_is_a_503_with_the_cause_and_readiness_is_unhealthy()
    {
        foreach (var file in Directory.GetFiles(TestFiles.Checkpoint))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        await File.WriteAllTextAsync(Path.Combine(_folder, "model.safetensors"), "no weights");
        await using var factory = new VisionApiFactory { Settings = { ["SharedModels:Models:owlv2:Checkpoint"] = _folder } };
        using var client = factory.CreateClient();
        using var response = await client.PostAsync(
            "/v1/detect", new Form().Picture(TestFiles.Sample("sample4.png")).Text("prompts", "a star"));
        var problem = await response.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("The model could not be loaded", problem.Text("title"));
        Assert.Contains("model.safetensors", problem.Text("detail"), StringComparison.Ordinal);
        Assert.True(response.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        using var ready = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        await client.PostOkAsync("/v1/qr", new Form().Picture(TestFiles.Qr("clean-03.png")));
    }

    [Fact]
    public async Task A_relative_path_is_also_searched_next_to_the_program()
    {
        await using var factory = new VisionApiFactory { Settings = { ["SharedModels:Models:owlv2:Checkpoint"] = "demo-checkpoint" } };
        using var client = factory.CreateClient();
        await client.PostOkAsync("/v1/detect", new Form().Picture(TestFiles.Sample("sample4.png")).Text("prompts", "a star"));
    }
}
