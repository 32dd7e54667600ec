using System.Runtime.CompilerServices;
using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests that an image passes through the network only once, regardless of the number of prompts and examples.</summary>
public sealed class FeatureReuseTests : IAsyncLifetime, IDisposable
{
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");
    private static readonly RgbImage Image = TestFiles.Image(Path.Combine(Demo, "samples", "sample4.png"));
    private static readonly RgbImage Other = TestFiles.Image(Path.Combine(Demo, "samples", "sample2.png"));
    private static readonly RgbImage Third = TestFiles.Image(Path.Combine(Demo, "samples", "sample1.png"));

    private readonly RecordingFactory _factory = new();
    private readonly Owlv2 _model;

    public FeatureReuseTests() => _model = Create(batchSize: 1);

    public Task InitializeAsync() => LoadAsync(_model);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Further_prompts_examples_and_proposals_reuse_the_features()
    {
        var expected = await FreshAsync(model => model.Detect(Image, ["something blue"], 0.01f));
        _model.Detect(Image, ["a red circle"]);
        Assert.Equal(expected, _model.Detect(Image, ["something blue"], 0.01f));
        Assert.Equal(await FreshAsync(model => model.Propose(Image)), _model.Propose(Image));
        Assert.Equal(1, _factory.EmbeddedImages);

        Assert.Equal(await FreshAsync(model => model.DetectByExample(Image, Other)), _model.DetectByExample(Image, Other));
        Assert.Equal(await FreshAsync(model => model.DetectByExample(Other, Image)), _model.DetectByExample(Other, Image));
        Assert.Equal(2, _factory.EmbeddedImages);
    }

    [Fact]
    public void The_two_images_that_were_used_last_are_kept()
    {
        foreach (var image in (RgbImage[])[Image, Other, Image, Third, Image])
            _model.Propose(image);
        Assert.Equal(3, _factory.EmbeddedImages);
        _model.Propose(Other);
        Assert.Equal(4, _factory.EmbeddedImages);
    }

    [Fact]
    public void Another_object_with_the_same_pixels_is_another_image()
    {
        _model.Propose(Image);
        _model.Propose(Copy(Image));
        Assert.Equal(2, _factory.EmbeddedImages);
    }

    [Fact]
    public async Task A_batch_is_not_kept()
    {
        using var model = Create(batchSize: 2);
        await LoadAsync(model);
        var first = model.Detect([Image, Other], ["something blue"], 0.01f);
        Assert.Equal(first.Reverse(), model.Detect([Other, Image], ["something blue"], 0.01f));
        Assert.Equal(first, model.Detect([Image, Other], ["something blue"], 0.01f));
        Assert.Equal(6, _factory.EmbeddedImages);
    }

    [Fact]
    public async Task A_batch_size_that_changes_while_the_model_is_loaded_has_no_effect()
    {
        var options = new Owlv2Options { Checkpoint = Demo };
        using var model = new Owlv2(options);
        await model.LoadAsync(default);
        var expected = model.Detect([Image, Other, Third], ["something blue"], 0.01f);
        options.BatchSize = 3;
        Assert.Equal(expected, model.Detect([Image, Other, Third], ["something blue"], 0.01f));
    }

    [Fact]
    public async Task A_batch_size_beyond_an_array_is_rejected()
    {
        using var model = new Owlv2(new Owlv2Options { Checkpoint = Demo, BatchSize = 100_000 });
        var wrong = await Assert.ThrowsAsync<CheckpointException>(async () => await model.LoadAsync(default));
        Assert.Contains("BatchSize is 100000", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_was_moved_computes_features_again()
    {
        var found = _model.Propose(Image, 0.01f);
        await _model.ToAsync(Device.Cpu, default);
        Assert.Equal(found, _model.Propose(Image, 0.01f));
        await _model.ToAsync(new Device("fake", 0), default);
        Assert.Equal(found, _model.Propose(Image, 0.01f));
        Assert.Equal(2, _factory.EmbeddedImages);
    }

    [Fact]
    public void Features_of_a_canceled_call_are_not_kept()
    {
        Assert.ThrowsAny<OperationCanceledException>(() => _model.Propose(Image, cancellationToken: new(canceled: true)));
        Assert.NotEmpty(_model.Propose(Image));
        Assert.Equal(1, _factory.EmbeddedImages);
    }

    [Fact]
    public void The_image_itself_is_not_kept()
    {
        var reference = ProposeOnce();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(reference.TryGetTarget(out _));

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference<RgbImage> ProposeOnce()
        {
            var image = Copy(Image);
            _model.Propose(image);
            return new(image);
        }
    }

    [Fact]
    public async Task Progress_counts_the_images_that_are_done()
    {
        using var model = Create(batchSize: 2);
        await LoadAsync(model);
        var counts = new List<int>();
        model.Detect([Image, Other, Third], ["something blue"], progress: new Recorder(counts));
        Assert.Equal([2, 3], counts);
    }

    private static RgbImage Copy(RgbImage image) => new(image.Width, image.Height, image.Pixels.ToArray());

    private static async Task LoadAsync(Owlv2 model)
    {
        await model.LoadAsync(default);
        await model.ToAsync(new Device("fake", 0), default);
    }

    private static async Task<IReadOnlyList<Owlv2Detection>> FreshAsync(Func<Owlv2, IReadOnlyList<Owlv2Detection>> use)
    {
        using var model = new Owlv2(new Owlv2Options { Checkpoint = Demo });
        await model.LoadAsync(default);
        return use(model);
    }

    private Owlv2 Create(int batchSize) => new(new FixedMonitor(new Owlv2Options { Checkpoint = Demo, BatchSize = batchSize }), _factory);

    private sealed class Recorder(List<int> counts) : IProgress<int>
    {
        public void Report(int value) => counts.Add(value);
    }
}
