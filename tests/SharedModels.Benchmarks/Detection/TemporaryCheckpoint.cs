using SharedModels.CheckpointMaker;

namespace SharedModels.Benchmarks.Detection;

/// <summary>The folder of a checkpoint, which exists until this object is disposed.</summary>
internal sealed class TemporaryCheckpoint : IDisposable
{
    public TemporaryCheckpoint(CheckpointOptions options) => Checkpoint.Make(Path, options);

    public string Path { get; } = Directory.CreateTempSubdirectory("sharedmodels-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
