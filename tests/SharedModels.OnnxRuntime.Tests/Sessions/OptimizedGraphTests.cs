using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using SharedModels.OnnxRuntime.Tests.RealModels;

namespace SharedModels.OnnxRuntime.Tests.Sessions;

public sealed class OptimizedGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeLogger _logger = new();
    private readonly OnnxModelOptions _options;

    public OptimizedGraphTests() => _options = new()
    {
        Path = TinyModel.Write(_folder), OptimizedGraphFolder = Path.Combine(_folder.Path, "cache"),
    };

    private IEnumerable<string> Warnings => _logger.Collector.GetSnapshot()
        .Where(static line => line.Level == LogLevel.Warning)
        .Select(static line => line.Message);

    private string[] Files => Directory.GetFiles(_options.OptimizedGraphFolder!);

    [Fact]
    public async Task The_first_session_writes_the_graph_and_the_next_one_reads_it()
    {
        await UseAsync();
        var written = Assert.Single(Files);
        var time = File.GetLastWriteTimeUtc(written);

        // With other contents under the same name, the result shows which file was read.
        File.Copy(TinyModel.Write(_folder, "other.onnx", weight: 3), written, overwrite: true);
        Assert.Equal(3, await UseAsync());
        Assert.Empty(Warnings);
    }

    [Fact]
    public async Task A_real_model_computes_the_same_bits_from_its_optimized_graph()
    {
        _options.Path = RealModel.ResNet18;
        var features = new List<float[]>();
        for (var i = 0; i < 2; i++)
        {
            using var model = new TinyModel(_options);
            await model.PlaceAsync(Device.Cpu, CancellationToken.None);
            features.Add(ResNet18Tests.Compute(model.Session));
        }

        Assert.Single(Files);
        Assert.Equal(features[0], features[1]);
    }

    [Fact]
    public async Task A_changed_model_is_optimized_again_and_its_old_graph_deleted()
    {
        await UseAsync();
        var old = Assert.Single(Files);
        TinyModel.Write(_folder, weight: 5);
        File.SetLastWriteTimeUtc(_options.Path, File.GetLastWriteTimeUtc(_options.Path).AddSeconds(1));
        Assert.Equal(5, await UseAsync());
        Assert.NotEqual(old, Assert.Single(Files));
    }

    [Fact]
    public async Task Other_options_have_their_own_graph_next_to_the_first()
    {
        await UseAsync();
        var first = Assert.Single(Files);
        _options.SessionEntries["session.set_denormal_as_zero"] = "1";
        await UseAsync();
        Assert.Equal(2, Files.Length);
        Assert.Contains(first, Files);
        TinyModel.Write(_folder, weight: 5);
        File.SetLastWriteTimeUtc(_options.Path, File.GetLastWriteTimeUtc(_options.Path).AddSeconds(1));
        await UseAsync();
        Assert.Equal(2, Files.Length);
        Assert.Contains(first, Files);
    }

    [Fact]
    public async Task Files_of_processes_that_were_killed_are_deleted()
    {
        await UseAsync();
        var name = Path.GetFileName(Assert.Single(Files));
        var prefix = name[..name.LastIndexOf('-')];
        var (old, recent) = (Path.Combine(_options.OptimizedGraphFolder!, $"{prefix}-1.writing"), $"{prefix}-2.writing");
        recent = Path.Combine(_options.OptimizedGraphFolder!, recent);
        File.WriteAllText(old, "");
        File.WriteAllText(recent, "");
        File.SetLastWriteTimeUtc(old, File.GetLastWriteTimeUtc(recent).AddDays(-1));
        File.Delete(Path.Combine(_options.OptimizedGraphFolder!, name));
        await UseAsync();
        Assert.Equal((false, true), (File.Exists(old), File.Exists(recent)));
    }

    [Fact]
    public async Task A_damaged_graph_is_reported_and_written_again()
    {
        await UseAsync();
        var file = Assert.Single(Files);
        var length = new FileInfo(file).Length;
        File.WriteAllText(file, "damaged");
        Assert.Equal(2, await UseAsync());
        Assert.Contains($"The optimized graph {file}", Assert.Single(Warnings), StringComparison.Ordinal);
        Assert.Equal(length, new FileInfo(Assert.Single(Files)).Length);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_reported_and_the_model_works()
    {
        _options.OptimizedGraphFolder = Path.Combine(_options.Path, "cache");
        Assert.Equal(2, await UseAsync());
        Assert.Contains("cannot be written", Assert.Single(Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_created_leaves_no_file()
    {
        _options.Path = _folder.Write("model.onnx", Graphs.GraphWriter.Model(
            [Graphs.GraphWriter.Node("NoSuchOperator", [], ["y"])], [], [], [Graphs.GraphWriter.Value("y", Graphs.GraphWriter.Float)]));
        await Assert.ThrowsAnyAsync<Exception>(() => UseAsync());
        Assert.Empty(Files);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<float> UseAsync()
    {
        using var model = new LoggingModel(_options, _logger);
        await model.PlaceAsync(Device.Cpu, CancellationToken.None);
        return TinyModel.Multiply(model.Session, 1, 1, 1, 1)[0];
    }

    private sealed class LoggingModel(OnnxModelOptions options, FakeLogger logger) : OnnxModel(options, logger);
}
