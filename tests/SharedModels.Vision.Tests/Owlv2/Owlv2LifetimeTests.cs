using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests a model that is disposed, moved or loaded while it is in use.</summary>
public sealed class Owlv2LifetimeTests
{
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");
    private static readonly RgbImage Image = TestFiles.Image(Path.Combine(Demo, "samples", "sample2.png"));
    private static readonly string[] Prompts = ["a red circle", "something blue"];

    private readonly RecordingFactory _engines = new() { Kind = "cpu" };

    [Fact]
    public async Task A_detection_ends_before_its_model_is_freed()
    {
        var model = await Load();
        var expected = model.Detect(Copy(), Prompts);
        var freed = -1;
        _engines.WhenForwarding = () =>
        {
            model.Dispose();
            freed = _engines.Disposed;
        };

        Assert.Equal(expected, model.Detect(Copy(), Prompts));

        Assert.Equal((0, 1), (freed, _engines.Disposed));
        Assert.Throws<ObjectDisposedException>(() => model.Detect(Image, Prompts));
        model.Dispose();
        Assert.Equal(1, _engines.Disposed);
        Assert.Equal(0, _engines.AllocatedBytes);
    }

    [Fact]
    public async Task A_model_cannot_move_during_a_detection()
    {
        using var model = await Load();
        var expected = model.Detect(Copy(), Prompts);
        var move = Task.CompletedTask;
        _engines.WhenForwarding = () => move = model.ToAsync(new Device("fake", 0), default).AsTask();

        Assert.Equal(expected, model.Detect(Copy(), Prompts));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => move);
        Assert.Contains("still running", error.Message, StringComparison.Ordinal);
        Assert.Equal([Device.Cpu], _engines.Created);
    }

    [Fact]
    public async Task A_model_that_is_disposed_during_a_move_is_freed_after_it()
    {
        var model = await Load();
        _engines.WhenCreating = model.Dispose;
        await model.ToAsync(new Device("fake", 0), default);
        Assert.Equal(2, _engines.Disposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await model.ToAsync(Device.Cpu, default));
    }

    [Fact]
    public async Task A_model_that_is_disposed_during_its_load_is_freed_after_it()
    {
        var model = Create();
        _engines.WhenCreating = model.Dispose;
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await model.LoadAsync(default));
        Assert.Equal(1, _engines.Disposed);
        Assert.Equal(default, model.Footprint);
    }

    [Fact]
    public async Task A_second_load_is_rejected_while_one_runs()
    {
        using var model = Create();
        var second = Task.CompletedTask;
        _engines.WhenCreating = () =>
        {
            _engines.WhenCreating = static () => { };
            second = model.LoadAsync(default).AsTask();
        };
        await model.LoadAsync(default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
        Assert.Single(_engines.Created);
        Assert.NotEmpty(model.Detect(Image, Prompts));
    }

    [Fact]
    public async Task After_a_detection_only_the_features_of_its_image_are_kept()
    {
        using var model = await Load();
        model.Detect(Image, [.. Enumerable.Range(0, Owlv2Input.MaxPrompts).Select(static i => $"object {i}")]);
        Assert.InRange(_engines.AllocatedBytes, 1, 100_000);
    }

    private static RgbImage Copy() => new(Image.Width, Image.Height, Image.Pixels.ToArray());

    private Owlv2 Create() => new(new FixedMonitor(new Owlv2Options { Checkpoint = Demo }), _engines);

    private async Task<Owlv2> Load()
    {
        var model = Create();
        await model.LoadAsync(default);
        return model;
    }
}
