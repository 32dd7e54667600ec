using SharedModels.Compute;
using SharedModels.Compute.Embedded;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Creates engines for "fake" devices, and for another kind. They compute on the CPU and count their disposals.</summary>
internal sealed class RecordingFactory : IComputeEngineFactory
{
    private Func<long> _allocatedBytes = static () => 0;

    public string? Kind { get; init; }

    /// <summary>Runs when an engine is created.</summary>
    public Action WhenCreating { get; set; } = static () => { };

    /// <summary>Runs in the middle of a pass through the network.</summary>
    public Action WhenForwarding { get; set; } = static () => { };

    /// <summary>The memory of the latest engine.</summary>
    public long AllocatedBytes => _allocatedBytes();

    public List<Device> Created { get; } = [];

    public int Disposed { get; private set; }

    /// <summary>The number of images that passed through the network.</summary>
    public int EmbeddedImages { get; private set; }

    /// <summary>The number of passes through the network.</summary>
    public int Forwards { get; private set; }

    public bool Supports(Device device) => device.Kind == "fake" || device.Kind == Kind;

    IComputeEngine IComputeEngineFactory.Create(Device device, ComputeEngineOptions options)
    {
        WhenCreating();
        Created.Add(device);
        var engine = new EmbeddedComputeEngine(options);
        _allocatedBytes = () => engine.AllocatedBytes;
        return new FakeEngine(this, device, engine);
    }

    private sealed class FakeEngine(RecordingFactory factory, Device device, EmbeddedComputeEngine inner) : IComputeEngine
    {
        public Device Device => device;

        public CancellationToken Cancellation
        {
            get => inner.Cancellation;
            set => inner.Cancellation = value;
        }

        public void Trim() => inner.Trim();

        public ITensor AddMatrix(params ReadOnlySpan<WeightView> parts) => inner.AddMatrix(parts);

        public ITensor AddVector(params ReadOnlySpan<WeightView> parts) => inner.AddVector(parts);

        public ITensor Upload(ReadOnlySpan<float> values, int rows, int columns) => inner.Upload(values, rows, columns);

        public void Download(ITensor source, Span<float> destination) => inner.Download(source, destination);

        public ITensor Linear(
            ITensor input, ITensor weight, ITensor? bias = null, Activation activation = Activation.None, ITensor? residual = null) =>
            inner.Linear(input, weight, bias, activation, residual);

        public ITensor LayerNorm(ITensor input, ITensor gain, ITensor bias, float epsilon) => inner.LayerNorm(input, gain, bias, epsilon);

        public ITensor Attention(ITensor queriesKeysValues, int heads, int sequences = 1, bool causal = false) =>
            inner.Attention(queriesKeysValues, heads, sequences, causal);

        public ITensor Patches(ITensor pixels, int channels, int patch) => inner.Patches(pixels, channels, patch);

        public ITensor AddClassToken(ITensor patches, ITensor classToken, ITensor positions) =>
            inner.AddClassToken(patches, classToken, positions);

        public ITensor MergeClassToken(ITensor tokens, int images)
        {
            factory.WhenForwarding();
            factory.EmbeddedImages += images;
            factory.Forwards++;
            return inner.MergeClassToken(tokens, images);
        }

        public ITensor EmbedTokens(ReadOnlySpan<int> ids, ITensor table, ITensor positions, int length) =>
            inner.EmbedTokens(ids, table, positions, length);

        public ITensor SelectRows(ITensor input, ReadOnlySpan<int> rows) => inner.SelectRows(input, rows);

        public ITensor NormalizeRows(ITensor input, float epsilon) => inner.NormalizeRows(input, epsilon);

        public ITensor ScoreQueries(ITensor embeddings, ITensor queries, ITensor shiftAndScale) =>
            inner.ScoreQueries(embeddings, queries, shiftAndScale);

        public void Dispose()
        {
            factory.Disposed++;
            inner.Dispose();
        }
    }
}
