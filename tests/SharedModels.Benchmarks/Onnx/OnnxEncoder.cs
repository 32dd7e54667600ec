using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Network;

namespace SharedModels.Benchmarks.Onnx;

/// <summary>The vision encoder of OWLv2 as an ONNX model: the same operations on the same weights as <see cref="VisionTower"/>.</summary>
internal static class OnnxEncoder
{
    public const string Input = "pixels";

    private const string Model = "owlv2.vision_model";

    /// <summary>Writes the model next to the weights.</summary>
    /// <param name="weights">The weights, in float32.</param>
    /// <param name="config">The encoder's configuration.</param>
    /// <param name="isFused">
    /// <see langword="true"/> for ONNX Runtime's fused attention, <c>com.microsoft.MultiHeadAttention</c>; otherwise, standard operators.
    /// </param>
    /// <returns>The model's path.</returns>
    public static string Save(SafetensorsFile weights, VisionConfig config, bool isFused)
    {
        var graph = new OnnxGraph(weights);
        long width = config.HiddenSize;
        var x = Norm(graph, Embed(graph, config), $"{Model}.pre_layernorm", config);
        for (var i = 0; i < config.NumHiddenLayers; i++)
            x = Layer(graph, x, $"{Model}.encoder.layers.{i}", config, isFused);
        x = Norm(graph, x, $"{Model}.post_layernorm", config);
        var token = graph.Node("Slice", [x, graph.Numbers(0), graph.Numbers(1), graph.Numbers(0)]);
        var patches = graph.Node("Slice", [x, graph.Numbers(1), graph.Numbers(config.Patches + 1), graph.Numbers(0)]);
        x = Norm(graph, graph.Node("Mul", [patches, token]), "layer_norm", config);

        // The output needs a name that is not used elsewhere.
        var all = graph.Numbers(config.Patches, width);
        return graph.Save(
            isFused ? "fused" : "standard",
            (Input, [1, config.NumChannels, config.ImageSize, config.ImageSize]),
            (graph.Node("Reshape", [x, all]), [config.Patches, width]));
    }

    private static string Embed(OnnxGraph graph, VisionConfig config)
    {
        long width = config.HiddenSize;
        var planes = graph.Node(
            "Conv",
            [Input, graph.Weight($"{Model}.embeddings.patch_embedding.weight")],
            ("kernel_shape", new[] { config.PatchSize, config.PatchSize }),
            ("strides", new[] { config.PatchSize, config.PatchSize }));
        var patches = graph.Node(
            "Transpose", [graph.Node("Reshape", [planes, graph.Numbers(width, config.Patches)])], ("perm", new[] { 1, 0 }));
        var tokens = graph.Node("Concat", [graph.Weight($"{Model}.embeddings.class_embedding", 1, width), patches], ("axis", 0));
        return graph.Node("Add", [tokens, graph.Weight($"{Model}.embeddings.position_embedding.weight")]);
    }

    private static string Layer(OnnxGraph graph, string x, string name, VisionConfig config, bool isFused)
    {
        var normed = Norm(graph, x, $"{name}.layer_norm1", config);
        var (queries, keys, values) = (
            Linear(graph, normed, $"{name}.self_attn.q_proj"), Linear(graph, normed, $"{name}.self_attn.k_proj"),
            Linear(graph, normed, $"{name}.self_attn.v_proj"));
        var attended = isFused ? FusedAttention(graph, queries, keys, values, config) : Attention(graph, queries, keys, values, config);
        var middle = graph.Node("Add", [Linear(graph, attended, $"{name}.self_attn.out_proj"), x]);
        var hidden = Linear(graph, Norm(graph, middle, $"{name}.layer_norm2", config), $"{name}.mlp.fc1");

        // x · sigmoid(1.702 x), which ONNX Runtime recognizes as QuickGelu.
        var gate = graph.Node("Sigmoid", [graph.Node("Mul", [hidden, graph.Scalar(1.702f)])]);
        return graph.Node("Add", [Linear(graph, graph.Node("Mul", [hidden, gate]), $"{name}.mlp.fc2"), middle]);
    }

    private static string Attention(OnnxGraph graph, string queries, string keys, string values, VisionConfig config)
    {
        long tokens = config.Patches + 1, heads = config.NumAttentionHeads, size = config.HiddenSize / heads;
        var q = Split(queries, 1, 0, 2);
        var k = Split(keys, 1, 2, 0);
        var v = Split(values, 1, 0, 2);
        var scaled = graph.Node("Mul", [q, graph.Scalar(1 / MathF.Sqrt(size))]);
        var scores = graph.Node("Softmax", [graph.Node("MatMul", [scaled, k])], ("axis", -1));
        var mixed = graph.Node("Transpose", [graph.Node("MatMul", [scores, v])], ("perm", new[] { 1, 0, 2 }));
        return graph.Node("Reshape", [mixed, graph.Numbers(tokens, heads * size)]);

        string Split(string rows, params int[] order) =>
            graph.Node("Transpose", [graph.Node("Reshape", [rows, graph.Numbers(tokens, heads, size)])], ("perm", order));
    }

    private static string FusedAttention(OnnxGraph graph, string queries, string keys, string values, VisionConfig config)
    {
        long tokens = config.Patches + 1, width = config.HiddenSize;
        var mixed = graph.Node(
            OnnxGraph.Microsoft,
            "MultiHeadAttention",
            [OneSequence(queries), OneSequence(keys), OneSequence(values)],
            ("num_heads", config.NumAttentionHeads));
        return graph.Node("Reshape", [mixed, graph.Numbers(tokens, width)]);

        string OneSequence(string rows) => graph.Node("Reshape", [rows, graph.Numbers(1, tokens, width)]);
    }

    private static string Linear(OnnxGraph graph, string x, string name) =>
        graph.Node("Gemm", [x, graph.Weight($"{name}.weight"), graph.Weight($"{name}.bias")], ("transB", 1));

    private static string Norm(OnnxGraph graph, string x, string name, VisionConfig config) => graph.Node(
        "LayerNormalization",
        [x, graph.Weight($"{name}.weight"), graph.Weight($"{name}.bias")],
        ("axis", -1),
        ("epsilon", config.LayerNormEps));
}
