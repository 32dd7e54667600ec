using SharedModels.OnnxRuntime.Graphs;
using SharedModels.OnnxRuntime.Tests.RealModels;

namespace SharedModels.OnnxRuntime.Tests.Graphs;

public sealed class OnnxGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_weights_of_a_graph_are_counted_by_shape_and_type()
    {
        Assert.Equal(16 * sizeof(float), Read(GraphWriter.Multiplication(4)).WeightBytes);
        Assert.Equal(24, WeightBytes(GraphWriter.Tensor("a", GraphWriter.Int64, [3], new byte[24])));
        Assert.Equal(24, WeightBytes(GraphWriter.Tensor("a", GraphWriter.Int64, [1, 3], new byte[24], isPacked: true)));
        Assert.Equal(4, WeightBytes(GraphWriter.Tensor("scalar", GraphWriter.Float, [], new byte[4])));
        Assert.Equal(3, WeightBytes(GraphWriter.Tensor("four bits", 22, [5], new byte[3])));
        Assert.Equal(10, WeightBytes(GraphWriter.Tensor("halves", 10, [5], new byte[10])));
    }

    [Fact]
    public void Constants_count_too_even_in_subgraphs()
    {
        var constant = GraphWriter.Node(
            "Constant", [], ["c"], GraphWriter.TensorAttribute("value", GraphWriter.Tensor("", GraphWriter.Float, [2], new byte[8])));
        var body = GraphWriter.Graph([constant], [GraphWriter.Tensor("i", GraphWriter.Float, [1], new byte[4])], [], []);
        var model = GraphWriter.Model(
            [constant, GraphWriter.Node("If", ["x"], ["y"], GraphWriter.GraphAttribute("then_branch", body))], [], [], []);
        Assert.Equal(8 + 8 + 4, Read(model).WeightBytes);
    }

    [Fact]
    public void External_data_is_counted_and_its_file_is_known()
    {
        var graph = Read(Initializer(GraphWriter.Tensor("w", GraphWriter.Float, [1_000_000], [], externalFile: "weights.bin")));
        Assert.Equal((4_000_000, "weights.bin"), (graph.WeightBytes, Assert.Single(graph.ExternalFiles)));
    }

    [Fact]
    public void Fields_that_are_not_needed_are_skipped()
    {
        using var writer = new GraphWriter();
        var model = writer.Number(1, 8).Text(2, "producer").Fixed(99, 1).Message(7, GraphWriter.Graph([], [], [], [])).End();
        Assert.Equal(0, Read(model).WeightBytes);
    }

    [Fact]
    public void The_weights_of_a_real_model_are_nearly_its_file()
    {
        foreach (var path in (string[])[RealModel.MiniLm, RealModel.ArcticXs])
            Assert.InRange(OnnxGraph.Read(path).WeightBytes, new FileInfo(path).Length * 0.98, new FileInfo(path).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello, this is text")]
    [InlineData("<html><body>404 not found</body></html>")]
    public void A_file_that_is_not_a_model_is_named(string text)
    {
        var path = _folder.Write("model.onnx", System.Text.Encoding.UTF8.GetBytes(text));
        var exception = Assert.Throws<InvalidDataException>(() => OnnxGraph.Read(path));
        Assert.StartsWith($"'{path}' is not a valid ONNX model.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_not_a_model()
    {
        var model = GraphWriter.Multiplication(4);
        for (var length = 0; length < model.Length; length++)
        {
            // Without the last fields, the file can still be a complete message, but not without a part of the graph.
            var path = _folder.Write("model.onnx", model[..length]);
            Assert.Throws<InvalidDataException>(() => OnnxGraph.Read(path));
        }
    }

    [Fact]
    public void Hostile_files_are_rejected()
    {
        var nested = GraphWriter.Graph([], [], [], []);
        for (var i = 0; i < 1_000; i++)
            nested = GraphWriter.Graph([GraphWriter.Node("If", [], [], GraphWriter.GraphAttribute("then_branch", nested))], [], [], []);
        using var deep = new GraphWriter();
        Assert.Throws<InvalidDataException>(() => Read(deep.Message(7, nested).End()));
        Assert.Throws<InvalidDataException>(() => WeightBytes(
            GraphWriter.Tensor("huge", GraphWriter.Float, [long.MaxValue, long.MaxValue], [])));
        Assert.Throws<InvalidDataException>(() => WeightBytes(GraphWriter.Tensor("negative", GraphWriter.Float, [-1], [])));
    }

    public void Dispose() => _folder.Dispose();

    private long WeightBytes(byte[] initializer) => Read(Initializer(initializer)).WeightBytes;

    private static byte[] Initializer(byte[] tensor) => GraphWriter.Model([], [tensor], [], []);

    private OnnxGraph Read(byte[] model) => OnnxGraph.Read(_folder.Write("model.onnx", model));
}
