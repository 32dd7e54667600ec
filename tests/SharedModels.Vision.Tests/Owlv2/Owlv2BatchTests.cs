using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests inputs that run as a batch.</summary>
public sealed class Owlv2BatchTests : IAsyncLifetime, IDisposable
{
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");
    private static readonly string[] Prompts = ["an orange cross", "something blue"];
    private static readonly RgbImage[] Images = [.. Enumerable.Range(1, 4).Select(Sample)];

    private readonly RecordingFactory _engines = new();
    private readonly Owlv2 _model;

    public Owlv2BatchTests() => _model = new(new FixedMonitor(new Owlv2Options { Checkpoint = Demo }), _engines);

    public async Task InitializeAsync() => await _model.LoadAsync(default);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _model.Dispose();

    // On the CPU, the images run one by one. On another device, they run together.
    [Theory]
    [InlineData("cpu")]
    [InlineData("fake:0")]
    public async Task Each_input_gets_the_same_bits_as_a_single_image(string device)
    {
        await _model.ToAsync(Device.Parse(device), default);
        Owlv2Input[] inputs =
        [
            new(Images[0], Prompts, 0.01f, 1),
            new(Images[1], Prompts),
            new(Images[2], Prompts, 0.3f, 0.5f),
            new(Images[3], Prompts, 0, 0.1f),
        ];

        var outputs = _model.InvokeBatch(inputs, default);

        Assert.Equal(device == "cpu" ? 0 : 1, _engines.Forwards);
        Assert.NotEmpty(outputs[0].Detections);
        foreach (var (input, output) in inputs.Zip(outputs))
        {
            Assert.Equal(_model.Detect(Copy(input.Image), Prompts, input.Confidence, input.NmsThreshold), output.Detections);
            Assert.Equal(Device.Parse(device), output.Device);
            Assert.Equal(outputs[0].Duration, output.Duration);
        }

        Assert.Empty(_model.InvokeBatch([], default));
    }

    [Fact]
    public void Only_the_same_prompts_in_the_same_order_share_a_batch()
    {
        Assert.Equal(Key("a", "b"), new Owlv2Input(Images[1], ["a", "b"], 0.5f, 1).BatchKey);
        Assert.NotEqual(Key("a", "b"), Key("b", "a"));
        Assert.NotEqual(Key("a", "b"), Key("ab"));
        Assert.NotEqual(Key("a1:b"), Key("a", "b"));
        Assert.NotEqual(Key("1:a"), Key("a"));
        Assert.NotEqual(Key("a\n", "b"), Key("a", "\nb"));
        Assert.Throws<ArgumentException>(
            "inputs", () => _model.InvokeBatch([new(Images[0], ["a", "b"]), new(Images[1], ["b", "a"])], default));
    }

    [Fact]
    public void Prompts_cannot_change_while_the_input_waits()
    {
        string[] prompts = [.. Prompts];
        var input = new Owlv2Input(Images[0], prompts);
        prompts[0] = "changed";
        Assert.Equal(Prompts, input.Prompts);
    }

    [Fact]
    public void Invalid_input_is_rejected_before_it_waits()
    {
        Assert.Throws<ArgumentNullException>("image", () => new Owlv2Input(null!, Prompts));
        Assert.Throws<ArgumentNullException>("prompts", () => new Owlv2Input(Images[0], null!));
        Assert.Throws<ArgumentException>("prompts", () => new Owlv2Input(Images[0], []));
        Assert.Throws<ArgumentException>("prompts", () => new Owlv2Input(Images[0], ["a", " "]));
        Assert.Throws<ArgumentOutOfRangeException>("confidence", () => new Owlv2Input(Images[0], Prompts, 1.1f));
        Assert.Throws<ArgumentOutOfRangeException>("nmsThreshold", () => new Owlv2Input(Images[0], Prompts, 0.5f, 0));
    }

    [Fact]
    public void A_canceled_batch_leaves_the_model_usable()
    {
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        Owlv2Input[] inputs = [new(Images[0], Prompts), new(Images[1], Prompts)];
        Assert.Throws<OperationCanceledException>(() => _model.InvokeBatch(inputs, canceled.Token));
        Assert.Single(_model.InvokeBatch([new(Images[0], Prompts)], default));
    }

    private static string Key(params string[] prompts) => new Owlv2Input(Images[0], prompts).BatchKey;

    private static RgbImage Sample(int number) => TestFiles.Image(Path.Combine(Demo, "samples", $"sample{number}.png"));

    // Another object, so that the features are computed again.
    private static RgbImage Copy(RgbImage image) => new(image.Width, image.Height, image.Pixels.ToArray());
}
