using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>Compares each patch with each query.</summary>
internal sealed class ClassHead
{
    private const float Epsilon = 1e-6f;

    private readonly NetworkContext _context;
    private readonly LinearLayer _dense0;
    private readonly LinearLayer _shiftAndScale;

    public ClassHead(NetworkContext context, Owlv2Config config)
    {
        var width = config.VisionConfig.HiddenSize;
        _context = context;
        _dense0 = new LinearLayer(context, width, config.TextConfig.HiddenSize, "class_head.dense0");
        _shiftAndScale = new LinearLayer(context, width, 1, "class_head.logit_shift", "class_head.logit_scale");
    }

    /// <summary>Returns [patches, projection], not normalized.</summary>
    public ITensor Embed(ITensor features) => _dense0.Run(features);

    /// <summary>Returns [patches, queries].</summary>
    public ITensor Run(ITensor features, ITensor queries)
    {
        using var raw = Embed(features);
        _context.Observe("class_dense0", raw);
        using var embeddings = _context.Engine.NormalizeRows(raw, Epsilon);
        _context.Observe("class_embeds", embeddings);
        using var unitQueries = _context.Engine.NormalizeRows(queries, Epsilon);
        using var shiftAndScale = _shiftAndScale.Run(features);
        _context.Observe("class_logit_shift_and_scale", shiftAndScale);
        return _context.Engine.ScoreQueries(embeddings, unitQueries, shiftAndScale);
    }
}
