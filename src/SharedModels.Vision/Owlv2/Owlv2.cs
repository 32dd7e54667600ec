using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.Network;
using SharedModels.Vision.Postprocessing;

namespace SharedModels.Vision;

/// <summary>OWLv2: finds objects that are described in words or shown in an example image, without being trained on them.</summary>
/// <remarks>
/// The model reads checkpoints in the Hugging Face layout (<c>google/owlv2-base-patch16-ensemble</c> and related ones) and computes the
/// same results as transformers' Owlv2ForObjectDetection. See Minderer, Gritsenko and Houlsby, "Scaling open-vocabulary object detection"
/// (2023). The weights stay in the memory-mapped file. Not safe for concurrent use by several threads: a second call, load or move is
/// rejected while one is running. <see cref="Dispose"/> can be called at any time. The embedded engine checks cancellation tokens at
/// least every few tens of milliseconds. Other engines check them between operations.
/// </remarks>
[SharedModel("owlv2", MaxBatchSize = 8)]
public sealed class Owlv2 : IProgressModel, IBatchModel<Owlv2Input, Owlv2Output>, IDisposable
{
    private const string ExampleLabel = "query";
    private const string ProposalLabel = "object";

    private readonly Func<Owlv2Options> _options;
    private readonly IComputeEngineFactory? _engines;
    private readonly EmbeddedComputeEngineFactory _embedded = new();
    private readonly ILogger _logger = NullLogger.Instance;
    private readonly TimeProvider _time = TimeProvider.System;

    // The prefix of setting names in messages.
    private readonly string _prefix = $"{nameof(Owlv2Options)}.";
    private Owlv2Detector? _detector;

    // 1 while a call, a load or a move uses the detector, and from its disposal on.
    private int _inUse;
    private volatile bool _disposed;

    /// <summary>Creates a model for dependency injection. It is loaded later.</summary>
    /// <param name="options">The settings. They are read when the model is loaded.</param>
    /// <param name="engines">
    /// Creates engines for devices other than the CPU, or faster engines for the CPU. <see langword="null"/> to use only the CPU.
    /// </param>
    /// <param name="logger">The logger for the progress of a download, or <see langword="null"/> for none.</param>
    /// <param name="time">The clock for the delays of a download, or <see langword="null"/> for the system clock.</param>
    /// <param name="id">
    /// The model id under which the settings are configured, or <see langword="null"/> if they are not configured.
    /// </param>
    public Owlv2(
        IOptionsMonitor<Owlv2Options> options,
        IComputeEngineFactory? engines = null,
        ILogger<Owlv2>? logger = null,
        TimeProvider? time = null,
        [ServiceKey] string? id = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = () => options.CurrentValue;
        _engines = engines;
        _logger = logger ?? _logger;
        _time = time ?? _time;
        _prefix = id is null ? _prefix : $"SharedModels:Models:{id}:";
    }

    /// <summary>Creates a model that computes on the CPU. It is loaded later.</summary>
    /// <param name="options">The settings. They are read when the model is loaded.</param>
    public Owlv2(Owlv2Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = () => options;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The host bytes include the mapped files, which the operating system can drop and read again. If the model can leave the CPU, they
    /// also include the host copy that is moved to the device, which takes as many bytes as the weights take on the device. The working
    /// bytes are an estimate.
    /// </remarks>
    public ModelFootprint Footprint => _detector?.Footprint(_engines) ?? default;

    /// <inheritdoc/>
    /// <remarks>Reads the whole checkpoint, so that the first detection does not wait for the disk.</remarks>
    /// <exception cref="CheckpointException">
    /// The checkpoint does not exist or cannot be downloaded, or one of its files is missing or invalid.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model is being loaded or used.</exception>
    /// <exception cref="OptionsValidationException">A setting is out of range.</exception>
    public ValueTask LoadAsync(CancellationToken cancellationToken) => LoadCoreAsync(null, cancellationToken);

    /// <inheritdoc cref="LoadAsync(CancellationToken)"/>
    /// <param name="progress">Receives the progress of a download.</param>
    /// <param name="cancellationToken">A token to cancel the load.</param>
    public ValueTask LoadAsync(IProgress<ModelLoadProgress> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return LoadCoreAsync(progress, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model is not loaded, or a call is running.</exception>
    /// <exception cref="NotSupportedException">No compute engine is registered for <paramref name="device"/>.</exception>
    public async ValueTask ToAsync(Device device, CancellationToken cancellationToken)
    {
        BeginUse();
        try
        {
            var detector = Detector;
            if (detector.Device != device)
                await Task.Run(() => detector.MoveTo(device, () => CreateEngine(device, _options())), cancellationToken)
                    .ConfigureAwait(false);
        }
        finally
        {
            EndUse();
        }
    }

    /// <summary>Finds objects that match at least one of several prompts.</summary>
    /// <param name="image">
    /// The image, with at most 16,384 pixels along a side. Its features are kept for further calls with the same object.
    /// </param>
    /// <param name="prompts">
    /// The objects to find, such as "a photo of a cat", at most <see cref="Owlv2Input.MaxPrompts"/>. Each object is labeled with the
    /// prompt that matches best. Tokens beyond 16 are ignored.
    /// </param>
    /// <param name="confidence">The score, from 0 to 1, that a detection must exceed.</param>
    /// <param name="nmsThreshold">
    /// The threshold of non-maximum suppression, from 0.1 to 1. Of two boxes whose intersection over union exceeds it, only the better
    /// one is kept. 1 keeps both.
    /// </param>
    /// <param name="cancellationToken">A token to cancel the computation.</param>
    /// <returns>The detections, ordered by descending score.</returns>
    /// <exception cref="ArgumentException">There are no or too many prompts, a prompt is blank, or the image is too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is not loaded or in use, or it computed NaN or infinity.</exception>
    public IReadOnlyList<Owlv2Detection> Detect(
        RgbImage image,
        IReadOnlyList<string> prompts,
        float confidence = 0.1f,
        float nmsThreshold = 0.3f,
        CancellationToken cancellationToken = default)
    {
        Owlv2Input.CheckImage(image);
        return Detect([image], prompts, confidence, nmsThreshold, progress: null, cancellationToken)[0];
    }

    /// <summary>Finds objects that match at least one of several prompts in each of several images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="prompts">The objects to find, as for one image.</param>
    /// <param name="confidence">The score that a detection must exceed, as for one image.</param>
    /// <param name="nmsThreshold">The threshold of non-maximum suppression, as for one image.</param>
    /// <param name="progress">Receives the number of finished images after each batch. It is called on the calling thread.</param>
    /// <param name="cancellationToken">A token to cancel the computation.</param>
    /// <returns>The detections of each image, ordered by descending score.</returns>
    /// <exception cref="ArgumentException">There are no or too many prompts, a prompt is blank, or an image is too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is not loaded or in use, or it computed NaN or infinity.</exception>
    public IReadOnlyList<IReadOnlyList<Owlv2Detection>> Detect(
        IReadOnlyList<RgbImage> images,
        IReadOnlyList<string> prompts,
        float confidence = 0.1f,
        float nmsThreshold = 0.3f,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        foreach (var image in images)
            Owlv2Input.CheckImage(image, nameof(images));
        Owlv2Input.CheckPrompts(prompts);
        Owlv2Input.CheckThresholds(confidence, nmsThreshold);
        var found = Use(
            detector => detector.Detect(images, prompts, _ => (confidence, nmsThreshold), detector.BatchSize, progress), cancellationToken);
        return Array.ConvertAll(found, candidates => BestFirst(candidates, candidate => prompts[candidate.Prompt]));
    }

    /// <summary>Finds objects in the images of several inputs with the same prompts.</summary>
    /// <remarks>
    /// <c>RunAsync</c> calls this method with the inputs that wait for the model. On an accelerator, the network processes all of their
    /// images together. On the CPU, that is not faster, and <see cref="Owlv2Options.BatchSize"/> applies.
    /// </remarks>
    /// <param name="inputs">The inputs, all with the same <see cref="Owlv2Input.BatchKey"/>.</param>
    /// <param name="cancellationToken">A token to cancel the computation.</param>
    /// <returns>The result of each input. It does not depend on the other inputs.</returns>
    /// <exception cref="ArgumentException">The prompts differ.</exception>
    /// <exception cref="InvalidOperationException">The model is not loaded or in use, or it computed NaN or infinity.</exception>
    public IReadOnlyList<Owlv2Output> InvokeBatch(IReadOnlyList<Owlv2Input> inputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count == 0)
            return [];
        var (start, first) = (_time.GetTimestamp(), inputs[0]);
        if (inputs.Any(input => input.BatchKey != first.BatchKey))
            throw new ArgumentException("The inputs of a batch must have the same prompts.", nameof(inputs));
        var (device, found) = Use(
            detector => (detector.Device, detector.Detect(
                [.. inputs.Select(static input => input.Image)],
                first.Prompts,
                i => (inputs[i].Confidence, inputs[i].NmsThreshold),
                detector.Device.IsCpu ? detector.BatchSize : inputs.Count)),
            cancellationToken);
        var duration = _time.GetElapsedTime(start);
        return Array.ConvertAll(found, candidates => new Owlv2Output(
            BestFirst(candidates, candidate => first.Prompts[candidate.Prompt]), device, duration));
    }

    /// <summary>
    /// Finds objects that match at least one of several prompts in each frame of a video. Frames are processed one after the other on a
    /// thread-pool thread.
    /// </summary>
    /// <param name="frames">
    /// The frames. The next frame is requested only after the detections of the previous one have been consumed, so that only one frame
    /// is in memory at a time.
    /// </param>
    /// <param name="prompts">The objects to find, as for one image.</param>
    /// <param name="confidence">The score that a detection must exceed, as for one image.</param>
    /// <param name="nmsThreshold">The threshold of non-maximum suppression, as for one image.</param>
    /// <param name="cancellationToken">A token to cancel the computation.</param>
    /// <returns>The detections of each frame, ordered by descending score.</returns>
    /// <exception cref="ArgumentException">There are no or too many prompts, a prompt is blank, or an image is too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is not loaded or in use, or it computed NaN or infinity.</exception>
    public IAsyncEnumerable<IReadOnlyList<Owlv2Detection>> DetectAsync(
        IAsyncEnumerable<RgbImage> frames,
        IReadOnlyList<string> prompts,
        float confidence = 0.1f,
        float nmsThreshold = 0.3f,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frames);
        Owlv2Input.CheckPrompts(prompts);
        Owlv2Input.CheckThresholds(confidence, nmsThreshold);
        return DetectCore(frames, prompts, confidence, nmsThreshold, cancellationToken);
    }

    /// <summary>Finds objects that are similar to the object in an example image.</summary>
    /// <param name="image">The image to search.</param>
    /// <param name="query">An example image that shows little else than the object to find.</param>
    /// <param name="confidence">
    /// The similarity, from 0 to 1, that a detection must reach, or on the absolute scale, that its score must exceed. The value is
    /// always an absolute similarity, regardless of <paramref name="score"/>.
    /// </param>
    /// <param name="nmsThreshold">The threshold of non-maximum suppression, as for prompts.</param>
    /// <param name="score">
    /// The scale of the scores. On the relative scale (the default), the best detection has a score of about 1 even if nothing in the
    /// image is similar to the example.
    /// </param>
    /// <param name="cancellationToken">A token to cancel the computation.</param>
    /// <returns>The detections with the label "query", ordered by descending score.</returns>
    /// <exception cref="ArgumentException">An image is too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is not loaded or in use, or it computed NaN or infinity.</exception>
    public IReadOnlyList<Owlv2Detection> DetectByExample(
        RgbImage image,
        RgbImage query,
        float confidence = 0.1f,
        float nmsThreshold = 0.3f,
        ExampleScore score = ExampleScore.Relative,
        CancellationToken cancellationToken = default)
    {
        Owlv2Input.CheckImage(image);
        Owlv2Input.CheckImage(query);
        Owlv2Input.CheckThresholds(confidence, nmsThreshold);
        if (!Enum.IsDefined(score))
            throw new ArgumentOutOfRangeException(nameof(score), score, "The score must be Relative or Absolute.");
        return BestFirst(
            Use(detector => detector.DetectByExample(image, query, confidence, nmsThreshold, score), cancellationToken), _ => ExampleLabel);
    }

    /// <summary>Finds objects of any kind.</summary>
    /// <param name="image">The image.</param>
    /// <param name="confidence">The score, from 0 to 1, that a proposal must exceed.</param>
    /// <param name="nmsThreshold">The threshold of non-maximum suppression, as for prompts.</param>
    /// <param name="cancellationToken">A token to cancel the computation.</param>
    /// <returns>The proposals with the label "object", ordered by descending score.</returns>
    /// <exception cref="ArgumentException">The image is too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model is not loaded or in use, or it computed NaN or infinity.</exception>
    public IReadOnlyList<Owlv2Detection> Propose(
        RgbImage image, float confidence = 0.1f, float nmsThreshold = 0.3f, CancellationToken cancellationToken = default)
    {
        Owlv2Input.CheckImage(image);
        Owlv2Input.CheckThresholds(confidence, nmsThreshold);
        return BestFirst(Use(detector => detector.Propose(image, confidence, nmsThreshold), cancellationToken), _ => ProposalLabel);
    }

    /// <summary>Frees the mapped weights and the memory of the engine, after the end of a call, load or move that is running.</summary>
    public void Dispose()
    {
        _disposed = true;
        FreeUnused();
    }

    private Owlv2Detector Detector
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _detector ?? throw new InvalidOperationException(
                $"The model is not loaded. Call {nameof(LoadAsync)} first, or lease the model, which loads it.");
        }
    }

    private async ValueTask LoadCoreAsync(IProgress<ModelLoadProgress>? progress, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_detector is not null)
            return;
        BeginUse();
        try
        {
            var options = _options();
            options.Validate(_prefix);
            var folder = await options.ToRequest().GetFolderAsync(_prefix, progress, _logger, _time, cancellationToken)
                .ConfigureAwait(false);
            _detector = await Task.Run(() => Load(options, folder, cancellationToken), cancellationToken).ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(_disposed, this);
        }
        finally
        {
            EndUse();
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<Owlv2Detection>> DetectCore(
        IAsyncEnumerable<RgbImage> frames,
        IReadOnlyList<string> prompts,
        float confidence,
        float nmsThreshold,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var frame in frames.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return await Task.Run(() => Detect(frame, prompts, confidence, nmsThreshold, cancellationToken),
                cancellationToken).ConfigureAwait(false);
    }

    private static Owlv2Detection[] BestFirst(List<Candidate> candidates, Func<Candidate, string> label) =>
        [.. candidates.OrderByDescending(c => c.Score).Select(c => new Owlv2Detection(label(c), c.Score, c.Box))];

    private Owlv2Detector Load(Owlv2Options options, string folder, CancellationToken cancellationToken)
    {
        var detector = new Owlv2Detector(options, folder, CreateEngine(Device.Cpu, options));
        try
        {
            detector.ReadAhead(cancellationToken);
            return detector;
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    private IComputeEngine CreateEngine(Device device, Owlv2Options options)
    {
        var engineOptions = new ComputeEngineOptions { MaxDegreeOfParallelism = options.MaxDegreeOfParallelism };
        return _engines?.Supports(device) == true ? _engines.Create(device, engineOptions) : _embedded.Create(device, engineOptions);
    }

    private T Use<T>(Func<Owlv2Detector, T> use, CancellationToken cancellationToken)
    {
        BeginUse();
        try
        {
            return Detector.Use(use, cancellationToken);
        }
        finally
        {
            EndUse();
        }
    }

    private void BeginUse()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Interlocked.Exchange(ref _inUse, 1) != 0)
            throw new InvalidOperationException(
                "Another call to this model is still running. Use one lease per call, or one model per thread.");
    }

    private void EndUse()
    {
        Interlocked.Exchange(ref _inUse, 0);
        if (_disposed)
            FreeUnused();
    }

    // The detector is freed by the disposal, or by the end of the use that was running during the disposal.
    private void FreeUnused()
    {
        if (Interlocked.Exchange(ref _inUse, 1) == 0)
        {
            _detector?.Dispose();
            _detector = null;
        }
    }
}
