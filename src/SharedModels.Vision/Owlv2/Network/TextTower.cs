using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>Converts the ids of prompts to embeddings of length 1.</summary>
internal sealed class TextTower
{
    private readonly NetworkContext _context;
    private readonly ITensor _tokens;
    private readonly ITensor _positions;
    private readonly Encoder _encoder;
    private readonly NormLayer _finalNorm;
    private readonly ITensor _projection;

    public TextTower(NetworkContext context, Owlv2Config config)
    {
        var text = config.TextConfig;
        _context = context;
        _tokens = context.Matrix("owlv2.text_model.embeddings.token_embedding.weight", text.VocabSize, text.HiddenSize);
        _positions = context.Matrix("owlv2.text_model.embeddings.position_embedding.weight", text.MaxPositionEmbeddings, text.HiddenSize);
        _encoder = new Encoder(context, "text", text);
        _finalNorm = new NormLayer(context, "owlv2.text_model.final_layer_norm", text.HiddenSize, text.LayerNormEps);
        _projection = context.Matrix("owlv2.text_projection.weight", config.ProjectionDim, text.HiddenSize);
    }

    /// <summary>Returns [prompts, projection]. Shorter prompts are padded, and the causal mask makes the padding irrelevant.</summary>
    public ITensor Run(IReadOnlyList<int[]> prompts)
    {
        var length = prompts.Max(p => p.Length);
        var ids = new int[prompts.Count * length];
        var ends = new int[prompts.Count];
        for (var i = 0; i < prompts.Count; i++)
        {
            prompts[i].CopyTo(ids, i * length);
            // The first position of the largest id, which is the end token.
            ends[i] = i * length + Array.IndexOf(prompts[i], prompts[i].Max());
        }

        using var hidden = _encoder.Run(_context.Engine.EmbedTokens(ids, _tokens, _positions, length), prompts.Count, causal: true);
        using var normed = _finalNorm.Run(hidden);
        _context.Observe("text_final_layer_norm", normed);
        using var pooled = _context.Engine.SelectRows(normed, ends);
        _context.Observe("text_pooled", pooled);
        using var projected = _context.Engine.Linear(pooled, _projection);
        _context.Observe("text_projected", projected);
        return _context.Engine.NormalizeRows(projected, 0);
    }
}
