using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Network;

/// <summary>The settings that both towers have in common.</summary>
internal abstract class TowerConfig(CheckpointObject json, int hiddenSize, int intermediateSize, int heads)
{
    public int HiddenSize { get; } = json.Int("hidden_size", hiddenSize);

    public int IntermediateSize { get; } = json.Int("intermediate_size", intermediateSize);

    public int NumHiddenLayers { get; } = json.Int("num_hidden_layers", 12);

    public int NumAttentionHeads { get; } = json.Int("num_attention_heads", heads);

    public string HiddenAct { get; } = json.Text("hidden_act", "quick_gelu");

    public float LayerNormEps { get; } = (float)json.Number("layer_norm_eps", 1e-5);

    protected abstract string Section { get; }

    public Activation Activation(string path) => HiddenAct switch
    {
        "quick_gelu" => Compute.Activation.QuickGelu,
        "gelu" => Compute.Activation.Gelu,
        _ => throw new CheckpointException($"{Section}.hidden_act in '{path}' is '{HiddenAct}', but must be quick_gelu or gelu."),
    };

    public virtual void Validate(string path)
    {
        AtLeastOne(path, "hidden_size", HiddenSize);
        AtLeastOne(path, "intermediate_size", IntermediateSize);
        AtLeastOne(path, "num_hidden_layers", NumHiddenLayers);
        AtLeastOne(path, "num_attention_heads", NumAttentionHeads);
        if (HiddenSize % NumAttentionHeads != 0)
            throw new CheckpointException(
                $"{Section}.hidden_size in '{path}' is {HiddenSize}, which is not divisible by "
                + $"{Section}.num_attention_heads, {NumAttentionHeads}.");
        if (!(LayerNormEps > 0))
            throw new CheckpointException($"{Section}.layer_norm_eps in '{path}' is {LayerNormEps}, but must be greater than 0.");
        Activation(path);
    }

    protected void AtLeastOne(string path, string key, int value)
    {
        if (value < 1)
            throw new CheckpointException($"{Section}.{key} in '{path}' is {value}, but must be at least 1.");
    }
}
