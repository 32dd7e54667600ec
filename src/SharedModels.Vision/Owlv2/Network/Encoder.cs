using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>The layers of a tower, in sequence.</summary>
internal sealed class Encoder
{
    private readonly NetworkContext _context;
    private readonly List<EncoderLayer> _layers = [];
    private readonly string _tower;

    public Encoder(NetworkContext context, string tower, TowerConfig config)
    {
        _context = context;
        _tower = tower;

        // The first layer that the weights do not contain ends the loop, whatever number config.json states.
        for (var i = 0; i < config.NumHiddenLayers; i++)
            _layers.Add(new EncoderLayer(context, $"owlv2.{tower}_model.encoder.layers.{i}", config));
    }

    /// <summary>Returns the output of the last layer and disposes the input.</summary>
    public ITensor Run(ITensor input, int sequences, bool causal)
    {
        var x = input;
        _context.Observe($"{_tower}_hidden_0", x);
        for (var i = 0; i < _layers.Count; i++)
        {
            x = _layers[i].Run(x, sequences, causal, ObserverOf(i));
            _context.Observe($"{_tower}_hidden_{i + 1}", x);
        }

        return x;
    }

    private Action<ITensor>? ObserverOf(int layer) =>
        _context.Observer is null ? null : qkv => _context.Observe($"{_tower}_attention_input_{layer}", qkv);
}
