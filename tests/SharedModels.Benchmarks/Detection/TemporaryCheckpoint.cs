using SharedModels.CheckpointMaker;

namespace SharedModels.Benchmarks.Detection;

/// <summary>A checkpoint's folder, as long as this lives.</summary>
internal sealed class TemporaryCheckpoint : IDisposable
{
    public TemporaryCheckpoint(CheckpointOptions options) => Checkpoint.Make(Path, options);

    public string Path { get; } = Directory.CreateTempSubdirectory("sharedmodels-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
