using SharedModels.Compute;

namespace SharedModels.Vision.Network;

/// <summary>Computes one row of features per patch from images.</summary>
internal sealed class VisionTower
{
    private readonly NetworkContext _context;
    private readonly VisionConfig _config;
    private readonly ITensor _patchEmbedding;
    private readonly ITensor _classToken;
    private readonly ITensor _positions;
    private readonly NormLayer _preNorm;
    private readonly Encoder _encoder;
    private readonly NormLayer _postNorm;
    private readonly NormLayer _mergedNorm;

    public VisionTower(NetworkContext context, VisionConfig config)
    {
        const string Name = "owlv2.vision_model";
        var width = config.HiddenSize;
        _context = context;
        _config = config;
        _patchEmbedding = context.Matrix($"{Name}.embeddings.patch_embedding.weight", width, config.NumChannels, config.PatchSize,
            config.PatchSize);
        _classToken = context.Vector($"{Name}.embeddings.class_embedding", width);
        _positions = context.Matrix($"{Name}.embeddings.position_embedding.weight", config.Patches + 1, width);
        _preNorm = new NormLayer(context, $"{Name}.pre_layernorm", width, config.LayerNormEps);
        _encoder = new Encoder(context, "vision", config);
        _postNorm = new NormLayer(context, $"{Name}.post_layernorm", width, config.LayerNormEps);
        _mergedNorm = new NormLayer(context, "layer_norm", width, config.LayerNormEps);
    }

    /// <summary>Takes the planes of images, [images × channels, size × size], and returns [images × patches, width].</summary>
    public ITensor Run(ReadOnlySpan<float> pixels, int images)
    {
        using var hidden = _encoder.Run(Embed(pixels, images), images, causal: false);
        using var normed = _postNorm.Run(hidden);
        _context.Observe("vision_post_layernorm", normed);
        using var merged = _context.Engine.MergeClassToken(normed, images);
        _context.Observe("vision_merged", merged);
        var features = _mergedNorm.Run(merged);
        _context.Observe("vision_features", features);
        return features;
    }

    private ITensor Embed(ReadOnlySpan<float> pixels, int images)
    {
        var engine = _context.Engine;
        using var planes = engine.Upload(pixels, images * _config.NumChannels, _config.ImageSize * _config.ImageSize);
        using var patches = engine.Patches(planes, _config.NumChannels, _config.PatchSize);
        using var projected = engine.Linear(patches, _patchEmbedding);
        using var tokens = engine.AddClassToken(projected, _classToken, _positions);
        _context.Observe("vision_embeddings", tokens);
        return _preNorm.Run(tokens);
    }
}
