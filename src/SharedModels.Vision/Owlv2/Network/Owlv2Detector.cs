using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.Postprocessing;
using SharedModels.Vision.Preprocessing;
using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Network;

/// <summary>A loaded checkpoint that computes candidates from images and prompts. Only one call at a time.</summary>
internal sealed class Owlv2Detector : IDisposable
{
    private readonly Owlv2Options _options;
    private readonly Owlv2Config _config;
    private readonly CheckpointWeights _weights;
    private readonly ClipTokenizer _tokenizer;
    private readonly ImageProcessor _processor;
    private readonly float[] _pixels;
    private readonly FeatureCache _features = new();
    private Owlv2Network _network;
    private PromptEmbeddings _prompts;

    // A network that has left its device and can return to it.
    private (Owlv2Network Network, PromptEmbeddings Prompts)? _away;

    public Owlv2Detector(Owlv2Options options, string folder, IComputeEngine engine)
    {
        _options = options;
        try
        {
            _config = Owlv2Config.Read(folder);
            var size = _config.VisionConfig.ImageSize;
            _processor = new ImageProcessor(
                PreprocessorConfig.Read(folder, size), size, options.PadValue, options.MaxDegreeOfParallelism);
            _tokenizer = new ClipTokenizer(folder, _config.TextConfig.MaxPositionEmbeddings);
            CheckTokens(folder);
            // The settings can change while the model is loaded.
            BatchSize = options.BatchSize;
            if ((long)_processor.Length * BatchSize > Array.MaxLength)
                throw new CheckpointException(
                    $"BatchSize is {BatchSize}. At {size} x {size} pixels, the network can process at most "
                    + $"{Array.MaxLength / _processor.Length} images together.");
            _pixels = new float[_processor.Length * BatchSize];
            _weights = new CheckpointWeights(folder);
        }
        catch
        {
            engine.Dispose();
            throw;
        }

        try
        {
            (_network, _prompts) = CreateNetwork(engine);
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
    }

    public Device Device => _network.Device;

    /// <summary>The number of images that the network processes together on any device.</summary>
    public int BatchSize { get; }

    private CancellationToken Cancellation => _network.Cancellation;

    /// <summary>
    /// Returns the memory of the model. The host copy that is moved to a device takes as much memory as the parameters take there.
    /// </summary>
    public ModelFootprint Footprint(IComputeEngineFactory? engines)
    {
        // Measured on the embedded engine: its pool keeps several buffers of each shape, and each core packs its own blocks.
        const long NumbersPerCore = 120_000;
        var vision = _config.VisionConfig;
        var (tokens, width, middle) = ((long)vision.Patches + 1, (long)vision.HiddenSize, (long)vision.IntermediateSize);
        var activations = tokens * (10 * width + middle) * BatchSize;
        var cores = _options.MaxDegreeOfParallelism > 0 ? _options.MaxDegreeOfParallelism : Environment.ProcessorCount;
        var features = FeatureCache.Capacity * (long)vision.Patches * width;
        var numbers = activations + features + middle * width + 2L * _pixels.Length + cores * NumbersPerCore;
        var weights = engines?.MeasureWeights(_network.WeightCount, _network.WeightBytes) ?? 0;
        return new ModelFootprint(_weights.MappedBytes + weights, weights, numbers * sizeof(float));
    }

    /// <inheritdoc cref="CheckpointWeights.ReadAhead"/>
    public void ReadAhead(CancellationToken cancellationToken) => _weights.ReadAhead(cancellationToken);

    public void MoveTo(Device device, Func<IComputeEngine> createEngine)
    {
        _features.Clear();
        var old = (Network: _network, Prompts: _prompts);
        if (_away is { } away && away.Network.Device == device)
        {
            away.Network.Enter();
            (_network, _prompts) = away;
            _away = null;
        }
        else
        {
            // One host copy of the weights is enough, and the new device needs the memory and pinned memory of the other device's copy
            // now.
            _away?.Network.Dispose();
            _away = null;
            (_network, _prompts) = CreateNetwork(createEngine());
        }

        if (old.Network.IsEvictable && !_network.IsEvictable)
        {
            old.Network.Leave();
            _away = old;
        }
        else
        {
            old.Network.Dispose();
        }
    }

    /// <summary>Runs a use that a token can cancel, and frees the memory that only uses need.</summary>
    public T Use<T>(Func<Owlv2Detector, T> use, CancellationToken cancellationToken)
    {
        try
        {
            _network.Cancellation = cancellationToken;
            return use(this);
        }
        finally
        {
            _network.Cancellation = CancellationToken.None;
            _network.Trim();
        }
    }

    /// <summary>Finds objects that match prompts.</summary>
    /// <param name="images">The images.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="thresholds">Returns the confidence and the threshold of non-maximum suppression for the image at an index.</param>
    /// <param name="batchSize">The number of images that the network processes together.</param>
    /// <param name="progress">Receives the number of finished images.</param>
    public List<Candidate>[] Detect(
        IReadOnlyList<RgbImage> images,
        IReadOnlyList<string> prompts,
        Func<int, (float Confidence, float Nms)> thresholds,
        int batchSize,
        IProgress<int>? progress = null)
    {
        var queries = _prompts.Get(prompts);
        var results = new List<Candidate>[images.Count];
        for (var first = 0; first < images.Count; first += batchSize)
        {
            var count = Math.Min(batchSize, images.Count - first);
            var features = Embed([.. images.Skip(first).Take(count)]);
            var best = _network.BestQueries(features, queries, prompts.Count);
            var boxes = _network.Boxes(features);
            for (var i = 0; i < count; i++)
            {
                var (width, height) = (images[first + i].Width, images[first + i].Height);
                var (confidence, nms) = thresholds(first + i);
                var found = PostProcessor.Run(
                    PartOf(best.Logits, i, count), PartOf(boxes, i, count), PartOf(best.Prompts, i, count), confidence, nms,
                    Math.Max(width, height), Cancellation);
                results[first + i] = _options.FilterDetections ? PredictionFilter.Run(found, width, height, nms) : found;
            }

            // The features of one image are small compared to the weights, but the features of a batch are not.
            if (count > 1)
                _features.Clear();
            progress?.Report(first + count);
        }

        return results;
    }

    public List<Candidate> DetectByExample(RgbImage image, RgbImage query, float confidence, float nmsThreshold, ExampleScore score)
    {
        var example = EmbedExample(query);
        var features = Embed([image]);
        var (logits, boxes) = (_network.Logits(features, example, 1), _network.Boxes(features));
        var scale = Math.Max(image.Width, image.Height);
        return score == ExampleScore.Absolute
            ? PostProcessor.Run(logits, boxes, [], confidence, nmsThreshold, scale, Cancellation)
            : PostProcessor.RunGuided(logits, boxes, confidence, nmsThreshold, scale, Cancellation);
    }

    /// <summary>Finds objects of any kind.</summary>
    public List<Candidate> Propose(RgbImage image, float confidence, float nmsThreshold)
    {
        var features = Embed([image]);
        return PostProcessor.Run(_network.Objectness(features), _network.Boxes(features), [], confidence, nmsThreshold,
            Math.Max(image.Width, image.Height), Cancellation);
    }

    public void Dispose()
    {
        _features.Dispose();
        _network.Dispose();
        _away?.Network.Dispose();
        _weights.Dispose();
    }

    private static Span<T> PartOf<T>(T[] values, int index, int count) =>
        values.AsSpan(values.Length / count * index, values.Length / count);

    private (Owlv2Network Network, PromptEmbeddings Prompts) CreateNetwork(IComputeEngine engine)
    {
        var network = new Owlv2Network(engine, _weights, _config);
        return (network, new PromptEmbeddings(_tokenizer, network, _options.PromptCacheSize));
    }

    private ITensor Embed(RgbImage[] images) => _features.Get(images, () =>
    {
        // A batch on an accelerator can be larger than the batches for which the pixels are kept.
        var length = images.Length * _processor.Length;
        var pixels = length <= _pixels.Length ? _pixels : new float[length];
        for (var i = 0; i < images.Length; i++)
            _processor.Run(images[i], pixels, i * _processor.Length, Cancellation);
        return _network.EmbedImages(pixels.AsSpan(0, length), images.Length);
    });

    private float[] EmbedExample(RgbImage query)
    {
        var features = Embed([query]);
        var embeddings = _network.ClassEmbeddings(features);
        var width = _config.ProjectionDim;
        return embeddings.AsSpan(ExampleQuery.Choose(_network.Boxes(features), embeddings) * width, width).ToArray();
    }

    private void CheckTokens(string folder)
    {
        var text = _config.TextConfig;
        if (_tokenizer.MaxLength > text.MaxPositionEmbeddings)
            throw new CheckpointException(
                $"model_max_length of tokenizer_config.json in '{folder}' is {_tokenizer.MaxLength}, but "
                + $"text_config.max_position_embeddings is {text.MaxPositionEmbeddings}. Use the files of the same checkpoint.");
        if (_tokenizer.LargestId >= text.VocabSize)
            throw new CheckpointException(
                $"The tokenizer in '{folder}' contains the id {_tokenizer.LargestId}, but text_config.vocab_size is {text.VocabSize}. Use "
                + "the files of the same checkpoint.");
    }
}
