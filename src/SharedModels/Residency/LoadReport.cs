namespace SharedModels.Residency;

/// <summary>Keeps the last progress report of a load. Snapshots read it, so that no code of the model runs under the gate's lock.</summary>
internal sealed class LoadReport : IProgress<ModelLoadProgress>
{
    private volatile ModelLoadProgress? _last;

    public ModelLoadProgress? Last => _last;

    public void Report(ModelLoadProgress value) => _last = value;
}
