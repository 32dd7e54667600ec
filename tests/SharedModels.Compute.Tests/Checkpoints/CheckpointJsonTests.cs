using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Tests;

namespace SharedModels.Compute.Tests.Checkpoints;

public sealed class CheckpointJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_key_that_is_not_valid_Unicode_is_reported()
    {
        var path = _folder.File("config.json");
        File.WriteAllText(path, """{"\ud800\ud800\ud800\ud800":1}""");
        var json = CheckpointJson.Read(path);
        var message = Assert.Throws<CheckpointException>(() => json["model_type"]).Message;
        Assert.Contains("keys are valid Unicode text", message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
