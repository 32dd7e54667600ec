using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Postprocessing;

namespace SharedModels.Vision.Network;

/// <summary>The complete forward pass, on any engine.</summary>
internal sealed class Owlv2Network : IDisposable
{
    // The number of prompts whose logits are in memory together, regardless of the number of prompts.
    private const int QueriesAtOnce = 256;

    private readonly NetworkContext _context;
    private readonly TextTower _text;
    private readonly VisionTower _vision;
    private readonly ClassHead _class;
    private readonly BoxHead _box;
    private readonly ThreeLayerHead _objectness;

    /// <summary>Creates the network. It owns the engine from here on, even if this constructor throws.</summary>
    public Owlv2Network(IComputeEngine engine, CheckpointWeights weights, Owlv2Config config)
    {
        _context = new NetworkContext(engine, weights);
        try
        {
            _text = new TextTower(_context, config);
            _vision = new VisionTower(_context, config.VisionConfig);
            _class = new ClassHead(_context, config);
            _box = new BoxHead(_context, config.VisionConfig);
            _objectness = new ThreeLayerHead(_context, "objectness", config.VisionConfig.HiddenSize, 1);
            Enter();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Device Device => _context.Engine.Device;

    /// <summary><see langword="true"/> if the network can leave its device and return without being created again.</summary>
    public bool IsEvictable => _context.Engine is IEvictableComputeEngine;

    public long WeightCount => _context.WeightCount;

    public long WeightBytes => _context.WeightBytes;

    /// <summary>A token to cancel the use of the network. See <see cref="IComputeEngine.Cancellation"/>.</summary>
    public CancellationToken Cancellation
    {
        get => _context.Engine.Cancellation;
        set => _context.Engine.Cancellation = value;
    }

    public StageObserver? Observer
    {
        get => _context.Observer;
        set => _context.Observer = value;
    }

    /// <summary>Copies the weights to the device again.</summary>
    public void Enter() => (_context.Engine as IEvictableComputeEngine)?.Enter();

    /// <summary>Frees the memory of the weights on the device. It has no effect unless the network is evictable.</summary>
    public void Leave() => (_context.Engine as IEvictableComputeEngine)?.Leave();

    /// <summary>Frees the memory that the engine keeps between operations.</summary>
    public void Trim() => _context.Engine.Trim();

    /// <summary>
    /// Returns [prompts, projection], row by row. A prompt whose first id is 0 is a filler. Only the row of a filler is 0.
    /// </summary>
    public float[] EmbedText(IReadOnlyList<int[]> prompts)
    {
        using var embeddings = _text.Run(prompts);
        var rows = _context.Download(embeddings);
        for (var i = 0; i < prompts.Count; i++)
        {
            if (prompts[i][0] == 0)
                rows.AsSpan(i * embeddings.Columns, embeddings.Columns).Clear();
        }

        return rows;
    }

    public ITensor EmbedImages(ReadOnlySpan<float> pixels, int images) => _vision.Run(pixels, images);

    /// <summary>Returns [patches, queries] for queries [queries, projection]. Fillers match nothing.</summary>
    public float[] Logits(ITensor features, ReadOnlySpan<float> queries, int count)
    {
        using var uploaded = _context.Engine.Upload(queries, count, queries.Length / count);
        using var logits = _class.Run(features, uploaded);
        var rows = _context.Download(logits);
        for (var query = 0; query < count; query++)
        {
            if (queries.Slice(query * uploaded.Columns, uploaded.Columns).ContainsAnyExcept(0f))
                continue;
            for (var i = query; i < rows.Length; i += count)
                rows[i] = float.MinValue;
        }

        return rows;
    }

    /// <summary>Returns the best query of each patch and its logit, for queries [queries, projection]. Fillers match nothing.</summary>
    public BestPrompts BestQueries(ITensor features, ReadOnlySpan<float> queries, int count)
    {
        var best = new BestPrompts(features.Rows);
        var width = queries.Length / count;
        for (var first = 0; first < count; first += QueriesAtOnce)
        {
            var some = Math.Min(QueriesAtOnce, count - first);
            best.Add(Logits(features, queries.Slice(first * width, some * width), some), some);
        }

        return best;
    }

    public float[] Boxes(ITensor features) => _box.Run(features);

    /// <summary>Returns one logit per patch: the likelihood that the patch shows an object of any kind.</summary>
    public float[] Objectness(ITensor features)
    {
        using var logits = _objectness.Run(features);
        return _context.Download(logits);
    }

    /// <summary>Returns [patches, projection], not normalized. Image-guided detection selects its query from it.</summary>
    public float[] ClassEmbeddings(ITensor features)
    {
        using var embeddings = _class.Embed(features);
        return _context.Download(embeddings);
    }

    /// <summary>Returns the numbers of a tensor, row by row.</summary>
    public float[] Download(ITensor tensor) => _context.Download(tensor);

    public void Dispose()
    {
        _context.Dispose();
        _context.Engine.Dispose();
    }
}
