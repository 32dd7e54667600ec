using SharedModels.Vision.Network;

namespace SharedModels.CheckpointMaker;

/// <summary>A tensor of an OWLv2 checkpoint and the distribution of its numbers.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Mean">The mean of the numbers.</param>
/// <param name="Deviation">The standard deviation of the numbers.</param>
internal sealed record ModelTensor(string Name, int[] Shape, float Mean, float Deviation)
{
    public long Count => Shape.Aggregate(1L, static (product, side) => product * side);

    /// <summary>All tensors of a model, including the tensors that detection does not use.</summary>
    public static IEnumerable<ModelTensor> Of(Owlv2Config config)
    {
        var (text, vision, projection) = (config.TextConfig, config.VisionConfig, config.ProjectionDim);
        const string Text = "owlv2.text_model";
        const string Vision = "owlv2.vision_model";
        yield return new("owlv2.logit_scale", [], 2.6592f, 0);
        yield return Matrix("owlv2.visual_projection.weight", projection, vision.HiddenSize);
        yield return Matrix("owlv2.text_projection.weight", projection, text.HiddenSize);
        yield return Table($"{Text}.embeddings.token_embedding.weight", text.VocabSize, text.HiddenSize);
        yield return Table($"{Text}.embeddings.position_embedding.weight", text.MaxPositionEmbeddings, text.HiddenSize);
        yield return Table($"{Vision}.embeddings.class_embedding", vision.HiddenSize);
        yield return Matrix(
            $"{Vision}.embeddings.patch_embedding.weight", vision.HiddenSize, vision.NumChannels, vision.PatchSize, vision.PatchSize);
        yield return Table($"{Vision}.embeddings.position_embedding.weight", vision.Patches + 1, vision.HiddenSize);
        IEnumerable<ModelTensor> rest =
        [
            .. Layers(Text, text), .. Norm($"{Text}.final_layer_norm", text.HiddenSize),
            .. Layers(Vision, vision), .. Norm($"{Vision}.pre_layernorm", vision.HiddenSize),
            .. Norm($"{Vision}.post_layernorm", vision.HiddenSize), .. Norm("layer_norm", vision.HiddenSize),
            .. Linear("class_head.dense0", text.HiddenSize, vision.HiddenSize), .. Linear("class_head.logit_shift", 1, vision.HiddenSize),
            .. Linear("class_head.logit_scale", 1, vision.HiddenSize), .. Head("box", vision.HiddenSize, 4),
            .. Head("objectness", vision.HiddenSize, 1),
        ];
        foreach (var tensor in rest)
            yield return tensor;
    }

    private static IEnumerable<ModelTensor> Layers(string tower, TowerConfig config)
    {
        for (var i = 0; i < config.NumHiddenLayers; i++)
        {
            var (layer, width, middle) = ($"{tower}.encoder.layers.{i}", config.HiddenSize, config.IntermediateSize);
            IEnumerable<ModelTensor> parts =
            [
                .. Norm($"{layer}.layer_norm1", width), .. Linear($"{layer}.self_attn.q_proj", width, width),
                .. Linear($"{layer}.self_attn.k_proj", width, width), .. Linear($"{layer}.self_attn.v_proj", width, width),
                .. Linear($"{layer}.self_attn.out_proj", width, width), .. Norm($"{layer}.layer_norm2", width),
                .. Linear($"{layer}.mlp.fc1", middle, width), .. Linear($"{layer}.mlp.fc2", width, middle),
            ];
            foreach (var part in parts)
                yield return part;
        }
    }

    private static IEnumerable<ModelTensor> Head(string name, int width, int outputs) =>
    [
        .. Linear($"{name}_head.dense0", width, width), .. Linear($"{name}_head.dense1", width, width),
        .. Linear($"{name}_head.dense2", outputs, width),
    ];

    private static IEnumerable<ModelTensor> Norm(string name, int width) =>
        [new($"{name}.weight", [width], 1, 0.1f), new($"{name}.bias", [width], 0, 0.1f)];

    private static IEnumerable<ModelTensor> Linear(string name, int outputs, int inputs) =>
        [Matrix($"{name}.weight", outputs, inputs), new($"{name}.bias", [outputs], 0, 0.02f)];

    // Outputs have about the magnitude of inputs.
    private static ModelTensor Matrix(string name, int outputs, params int[] inputs) =>
        new(name, [outputs, .. inputs], 0, 1 / MathF.Sqrt(inputs.Aggregate(1f, static (product, side) => product * side)));

    private static ModelTensor Table(string name, params int[] shape) => new(name, shape, 0, 0.05f);
}
