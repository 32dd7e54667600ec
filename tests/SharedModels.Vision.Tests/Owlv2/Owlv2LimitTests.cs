using System.Runtime.CompilerServices;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests the limits of prompts and images.</summary>
public sealed class Owlv2LimitTests
{
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");
    private static readonly RgbImage Image = TestFiles.Image(Path.Combine(Demo, "samples", "sample4.png"));
    private static readonly string[] Prompts = ["a red circle", "something blue", "a star"];

    [Fact]
    public async Task Too_many_prompts_are_rejected()
    {
        using var model = await Load();
        string[] prompts = [.. Enumerable.Range(0, Owlv2Input.MaxPrompts + 1).Select(static i => $"{i}")];
        var message = Assert.Throws<ArgumentException>("prompts", () => model.Detect(Image, prompts)).Message;
        Assert.StartsWith("There are 1001 prompts. The maximum is 1000.", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("prompts", () => new Owlv2Input(Image, prompts));
    }

    [Fact]
    public async Task An_image_that_is_too_long_is_rejected_before_any_computation()
    {
        var engines = new RecordingFactory { Kind = "cpu" };
        using var model = new Owlv2(new FixedMonitor(new Owlv2Options { Checkpoint = Demo }), engines);
        await model.LoadAsync(default);
        var wide = Solid(16_385, 1, 0);
        var message = Assert.Throws<ArgumentException>("images", () => model.Detect([Image, wide], Prompts)).Message;
        Assert.StartsWith("The image is 16385 x 1 pixels. The maximum of a side is 16384.", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("image", () => model.Detect(wide, Prompts));
        Assert.Throws<ArgumentException>("image", () => model.DetectByExample(wide, Image));
        Assert.Throws<ArgumentException>("query", () => model.DetectByExample(Image, wide));
        Assert.Throws<ArgumentException>("image", () => model.Propose(wide));
        Assert.Throws<ArgumentException>("image", () => new Owlv2Input(wide, Prompts));
        Assert.Equal(0, engines.Forwards);
        Assert.Empty(model.Detect(Solid(16_384, 1, 0), Prompts, 0.99f));
    }

    [Fact]
    public async Task Many_prompts_give_what_parts_of_them_give()
    {
        using var model = await Load();
        string[] many = [.. Enumerable.Range(0, 300).Select(static i => $"zzz {i}"), .. Prompts];
        var (all, first) = (model.Detect(Image, many, 0, 1), model.Detect(Image, many[..256], 0, 1));
        var last = model.Detect(Image, many[256..], 0, 1);
        Assert.Equal(
            first.Concat(last).GroupBy(static d => d.Box).Select(static g => (g.Key, g.Max(static d => d.Score))).ToHashSet(),
            all.Select(static d => (d.Box, d.Score)).ToHashSet());
    }

    // The cache is limited in the number of prompts, not in their length.
    [Fact]
    public async Task Long_prompts_are_not_kept()
    {
        using var model = await Load();
        var reference = Detect(model);
        GC.Collect();
        Assert.False(reference.TryGetTarget(out _));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference<string> Detect(Owlv2 model)
        {
            var prompt = new string('z', 1001);
            model.Detect(Image, [prompt]);
            return new(prompt);
        }
    }

    private static RgbImage Solid(int width, int height, byte value)
    {
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, value);
        return new RgbImage(width, height, pixels);
    }

    private static async Task<Owlv2> Load()
    {
        var model = new Owlv2(new Owlv2Options { Checkpoint = Demo });
        await model.LoadAsync(default);
        return model;
    }
}
