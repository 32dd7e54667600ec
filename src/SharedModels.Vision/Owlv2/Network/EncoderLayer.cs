using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>A pre-norm transformer layer: x += attention(norm1(x)); x += fc2(activation(fc1(norm2(x)))).</summary>
internal sealed class EncoderLayer
{
    private readonly IComputeEngine _engine;
    private readonly int _heads;
    private readonly Activation _activation;
    private readonly NormLayer _norm1;
    private readonly NormLayer _norm2;
    private readonly LinearLayer _queriesKeysValues;
    private readonly LinearLayer _out;
    private readonly LinearLayer _fc1;
    private readonly LinearLayer _fc2;

    public EncoderLayer(NetworkContext context, string name, TowerConfig config)
    {
        var width = config.HiddenSize;
        _engine = context.Engine;
        _heads = config.NumAttentionHeads;
        _activation = config.Activation(name);
        _norm1 = new NormLayer(context, $"{name}.layer_norm1", width, config.LayerNormEps);
        _norm2 = new NormLayer(context, $"{name}.layer_norm2", width, config.LayerNormEps);
        _queriesKeysValues = new LinearLayer(context, width, width, $"{name}.self_attn.q_proj", $"{name}.self_attn.k_proj",
            $"{name}.self_attn.v_proj");
        _out = new LinearLayer(context, width, width, $"{name}.self_attn.out_proj");
        _fc1 = new LinearLayer(context, width, config.IntermediateSize, $"{name}.mlp.fc1");
        _fc2 = new LinearLayer(context, config.IntermediateSize, width, $"{name}.mlp.fc2");
    }

    /// <summary>Returns the output of the layer and disposes the input.</summary>
    public ITensor Run(ITensor input, int sequences, bool causal, Action<ITensor>? observeAttentionInput = null)
    {
        using var x = input;
        using var attended = Attend(x, sequences, causal, observeAttentionInput);
        using var middle = _out.Run(attended, residual: x);
        using var hidden = Expand(middle);
        return _fc2.Run(hidden, residual: middle);
    }

    private ITensor Attend(ITensor x, int sequences, bool causal, Action<ITensor>? observe)
    {
        using var normed = _norm1.Run(x);
        using var queriesKeysValues = _queriesKeysValues.Run(normed);
        observe?.Invoke(queriesKeysValues);
        return _engine.Attention(queriesKeysValues, _heads, sequences, causal);
    }

    private ITensor Expand(ITensor x)
    {
        using var normed = _norm2.Run(x);
        return _fc1.Run(normed, _activation);
    }
}
