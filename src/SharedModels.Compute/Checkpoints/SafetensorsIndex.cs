namespace SharedModels.Compute.Checkpoints;

/// <summary>model.safetensors.index.json: which file holds which tensor.</summary>
internal sealed class SafetensorsIndex
{
    public Dictionary<string, string?>? WeightMap { get; set; }
}
