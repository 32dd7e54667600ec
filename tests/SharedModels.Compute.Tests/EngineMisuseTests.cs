using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Tests;

/// <summary>
/// Tests every operation with each of its tensors from another engine, of the other kind, disposed, or with an unsuitable shape.
/// </summary>
public sealed class EngineMisuseTests : IDisposable
{
    private readonly EngineFixture _fixture = new(MicroKernel.WidestWidth);
    private readonly EngineFixture _other = new(MicroKernel.WidestWidth);

    private delegate void Operation(IComputeEngine engine, ITensor[] tensors);

    // The shapes of the tensors, rows x columns. Activations are in capitals.
    private static readonly Dictionary<string, (string Shapes, Operation Run)> Operations = new()
    {
        ["download"] = ("A2x6", (e, t) => e.Download(t[0], new float[12])),
        ["linear"] = ("A2x6 w4x6", (e, t) => e.Linear(t[0], t[1]).Dispose()),
        ["linear with bias"] = ("A2x6 w4x6 w1x4", (e, t) => e.Linear(t[0], t[1], t[2]).Dispose()),
        ["linear with residual"] = ("A2x6 w4x6 A2x4", (e, t) => e.Linear(t[0], t[1], residual: t[2]).Dispose()),
        ["layer norm"] = ("A2x6 w1x6 w1x6", (e, t) => e.LayerNorm(t[0], t[1], t[2], 1).Dispose()),
        ["attention"] = ("A2x6", (e, t) => e.Attention(t[0], 2).Dispose()),
        ["patches"] = ("A2x9", (e, t) => e.Patches(t[0], 2, 3).Dispose()),
        ["add class token"] = ("A2x6 w1x6 w3x6", (e, t) => e.AddClassToken(t[0], t[1], t[2]).Dispose()),
        ["merge class token"] = ("A4x6", (e, t) => e.MergeClassToken(t[0], 2).Dispose()),
        ["embed tokens"] = ("w3x6 w2x6", (e, t) => e.EmbedTokens([0, 1], t[0], t[1], 2).Dispose()),
        ["select rows"] = ("A2x6", (e, t) => e.SelectRows(t[0], [1]).Dispose()),
        ["normalize rows"] = ("A2x6", (e, t) => e.NormalizeRows(t[0], 1).Dispose()),
        ["score queries"] = ("A2x6 A3x6 A2x2", (e, t) => e.ScoreQueries(t[0], t[1], t[2]).Dispose()),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    public static TheoryData<string, int> Arguments
    {
        get
        {
            var arguments = new TheoryData<string, int>();
            foreach (var (name, operation) in Operations)
            {
                for (var i = 0; i < operation.Shapes.Split(' ').Length; i++)
                    arguments.Add(name, i);
            }

            return arguments;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_canceled_operation_ends_and_keeps_no_memory(string operation)
    {
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var (shapes, run) = Operations[operation];
        ITensor[] tensors = [.. shapes.Split(' ').Select(shape => Make(fixture, shape))];
        fixture.Engine.Cancellation = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => run(fixture.Engine, tensors));

        fixture.Engine.Cancellation = CancellationToken.None;
        run(fixture.Engine, tensors);
        foreach (var tensor in tensors)
            tensor.Dispose();
        fixture.Engine.Dispose();
        Assert.Equal(0, fixture.Engine.AllocatedBytes);
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public void A_tensor_of_another_engine_is_rejected(string operation, int argument)
    {
        var message = Assert.Throws<ArgumentException>(() => Run(operation, argument, shape => Make(_other, shape))).Message;
        Assert.Contains("of this engine", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Weights_in_place_of_activations_are_rejected_and_vice_versa(string operation, int argument)
    {
        var message = Assert.Throws<ArgumentException>(() => Run(operation, argument, shape =>
            Make(_fixture, (shape[0] == 'A' ? "w" : "A") + shape[1..]))).Message;
        Assert.Contains("of this engine", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public void A_disposed_tensor_is_rejected(string operation, int argument) =>
        Assert.Throws<ObjectDisposedException>(() => Run(operation, argument, shape =>
        {
            var tensor = Make(_fixture, shape);
            tensor.Dispose();
            return tensor;
        }));

    [Theory]
    [MemberData(nameof(Arguments))]
    public void A_tensor_with_a_column_too_many_is_rejected(string operation, int argument)
    {
        // With a single tensor, these operations accept any number of columns.
        if (Operations[operation].Shapes.Split(' ').Length == 1 && operation is "merge class token" or "select rows" or "normalize rows")
            return;
        Assert.Throws<ArgumentException>(() => Run(operation, argument, shape =>
        {
            var sides = shape[1..].Split('x');
            return Make(_fixture, $"{shape[0]}{sides[0]}x{int.Parse(sides[1]) + 1}");
        }));
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public void After_a_rejection_the_engine_works_and_keeps_no_more_memory(string operation, int argument)
    {
        // Each worker allocates its own scratch memory the first time it takes part, so all workers must have taken part before.
        long before;
        do
        {
            before = _fixture.Engine.AllocatedBytes;
            for (var i = 0; i < 50; i++)
                Run(operation, -1, _ => throw new InvalidOperationException());
        }
        while (_fixture.Engine.AllocatedBytes != before);
        for (var i = 0; i < 5; i++)
        {
            Assert.ThrowsAny<Exception>(() => Run(operation, argument, shape =>
            {
                var tensor = Make(_fixture, shape);
                tensor.Dispose();
                return tensor;
            }));
        }

        Run(operation, -1, _ => throw new InvalidOperationException());
        Assert.Equal(before, _fixture.Engine.AllocatedBytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_disposed_engine_rejects_all_operations(string operation)
    {
        using var fixture = new EngineFixture(MicroKernel.WidestWidth);
        var (shapes, run) = Operations[operation];
        var tensors = Array.ConvertAll(shapes.Split(' '), shape => Make(fixture, shape));
        fixture.Engine.Dispose();
        if (operation != "download")
            Assert.Throws<ObjectDisposedException>(() => run(fixture.Engine, tensors));
        Array.ForEach(tensors, tensor => tensor.Dispose());
        Assert.Equal(0, fixture.Engine.AllocatedBytes);
    }

    public void Dispose()
    {
        _fixture.Dispose();
        _other.Dispose();
    }

    private void Run(string operation, int replaced, Func<string, ITensor> replacement)
    {
        var (shapes, run) = Operations[operation];
        var tensors = shapes.Split(' ').Select((shape, i) => i == replaced ? replacement(shape) : Make(_fixture, shape)).ToArray();
        try
        {
            run(_fixture.Engine, tensors);
        }
        finally
        {
            Array.ForEach(tensors, tensor => tensor.Dispose());
        }
    }

    private static ITensor Make(EngineFixture fixture, string shape)
    {
        var sides = Array.ConvertAll(shape[1..].Split('x'), int.Parse);
        var values = fixture.Numbers(sides[0] * sides[1]);
        return shape[0] == 'A' ? fixture.Engine.Upload(values, sides[0], sides[1]) : fixture.Matrix(values, sides[0]);
    }
}
