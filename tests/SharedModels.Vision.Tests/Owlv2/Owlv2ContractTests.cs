using Microsoft.Extensions.Options;
using SharedModels.Compute.Checkpoints;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests the guarantees of the public class.</summary>
public sealed class Owlv2ContractTests : IAsyncLifetime, IDisposable
{
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");
    private static readonly RgbImage Image = TestFiles.Image(Path.Combine(Demo, "samples", "sample2.png"));
    private static readonly string[] Prompts = ["a red circle", "something blue", "a star"];

    private readonly Owlv2 _model = new(new Owlv2Options { Checkpoint = Demo });

    public async Task InitializeAsync() => await _model.LoadAsync(default);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _model.Dispose();

    // On the relative scale, one detection always has a score of about 1.
    [Fact]
    public void On_the_absolute_scale_an_example_of_noise_has_low_scores()
    {
        var pixels = new byte[60 * 60 * 3];
        new Random(3).NextBytes(pixels);
        var noise = new RgbImage(60, 60, pixels);
        Assert.InRange(_model.DetectByExample(Image, noise, 0)[0].Score, 0.99f, 1);
        var absolute = _model.DetectByExample(Image, noise, 0, score: ExampleScore.Absolute);
        Assert.InRange(absolute[0].Score, 0, 0.9f);

        // The same objects in the same order, except those with a relative score of 0.
        var relative = _model.DetectByExample(Image, noise, 0);
        Assert.Equal(relative.Select(d => d.Box), absolute.Take(relative.Count).Select(d => d.Box));
    }

    [Fact]
    public void On_the_absolute_scale_every_score_exceeds_the_confidence()
    {
        var found = _model.DetectByExample(Image, Image, 0.3f, score: ExampleScore.Absolute);
        Assert.All(found, d => Assert.InRange(d.Score, 0.3f, 1));
        Assert.Equal(
            _model.DetectByExample(Image, Image, 0, score: ExampleScore.Absolute).Where(d => d.Score > 0.3f).Count(), found.Count);
        Assert.Throws<ArgumentOutOfRangeException>("score", () => _model.DetectByExample(Image, Image, score: (ExampleScore)2));
    }

    [Fact]
    public void A_lower_confidence_finds_all_that_a_higher_one_finds()
    {
        var all = _model.Detect(Image, Prompts, 0, 1);
        foreach (var confidence in new[] { 0.01f, 0.1f, 0.5f })
            Assert.Equal(all.Where(d => d.Score > confidence), _model.Detect(Image, Prompts, confidence, 1));
    }

    [Fact]
    public void No_two_detections_overlap_by_more_than_the_threshold()
    {
        foreach (var threshold in new[] { 0.1f, 0.3f, 0.6f })
        {
            var found = _model.Detect(Image, Prompts, 0, threshold);
            for (var i = 0; i < found.Count; i++)
            {
                for (var j = 0; j < i; j++)
                    Assert.True(found[i].Box.IntersectionOverUnion(found[j].Box) <= threshold);
            }
        }
    }

    [Fact]
    public void The_order_of_the_prompts_does_not_matter()
    {
        string[] reversed = [.. Prompts.Reverse()];
        var (expected, actual) = (_model.Detect(Image, Prompts, 0.01f), _model.Detect(Image, reversed, 0.01f));
        Assert.Equal(expected.Select(d => (d.Label, d.Box)), actual.Select(d => (d.Label, d.Box)));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-6f));
    }

    [Fact]
    public void One_more_prompt_only_raises_scores()
    {
        var few = _model.Detect(Image, Prompts[..1], 0, 1).ToDictionary(d => d.Box, d => d.Score);
        Assert.All(_model.Detect(Image, Prompts, 0, 1), d => Assert.True(d.Score >= few[d.Box] - 1e-6f));
    }

    [Fact]
    public void Prompts_seen_before_give_the_same_as_new_ones()
    {
        var together = _model.Detect(Image, Prompts, 0.01f);
        foreach (var prompt in Prompts)
            Assert.NotEmpty(_model.Detect(Image, [prompt], 0));
        Assert.Equal(together, _model.Detect(Image, Prompts, 0.01f));
    }

    [Fact]
    public async Task A_small_cache_of_prompts_gives_the_same_as_a_large_one()
    {
        using var small = new Owlv2(new Owlv2Options { Checkpoint = Demo, PromptCacheSize = 1 });
        await small.LoadAsync(default);
        for (var i = 0; i < 3; i++)
        {
            string[] prompts = [Prompts[i], Prompts[(i + 1) % 3]];
            Assert.Equal(_model.Detect(Image, prompts, 0.01f), small.Detect(Image, prompts, 0.01f));
        }
    }

    [Fact]
    public void More_prompts_than_fit_in_one_batch_are_all_used()
    {
        string[] many = [.. Enumerable.Range(0, 150).Select(i => $"thing {i}"), .. Prompts];
        var alone = _model.Detect(Image, Prompts, 0, 1).ToDictionary(d => d.Box, d => d.Score);
        Assert.All(_model.Detect(Image, many, 0, 1), d => Assert.True(d.Score >= alone[d.Box] - 1e-5f));
    }

    [Theory]
    [InlineData("!")]
    [InlineData("!!! !!!")]
    [InlineData("\ud800")]
    [InlineData("\u0301\u0323\u0301")]
    [InlineData("<|endoftext|>")]
    [InlineData("<|startoftext|><|startoftext|>")]
    [InlineData("\0")]
    [InlineData("日本語の猫")]
    public void Any_prompt_that_is_not_blank_is_accepted(string prompt)
    {
        var found = _model.Detect(Image, [prompt], 0, 1);
        Assert.NotEmpty(found);
        Assert.All(found, d => Assert.True(d.Label == prompt && float.IsFinite(d.Score)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t\r\n")]
    [InlineData("\u3000")]
    [InlineData(null)]
    public void A_blank_prompt_is_named_by_its_place(string? prompt)
    {
        var error = Assert.Throws<ArgumentException>("prompts", () => _model.Detect(Image, ["a", "b", prompt!]));
        Assert.StartsWith("Prompt 2 is blank.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_that_are_missing_are_named()
    {
        Assert.Throws<ArgumentNullException>("image", () => _model.Detect((RgbImage)null!, Prompts));
        Assert.Throws<ArgumentNullException>("images", () => _model.Detect((IReadOnlyList<RgbImage>)null!, Prompts));
        Assert.Throws<ArgumentNullException>("frames", () => _model.DetectAsync(null!, Prompts));
        Assert.Throws<ArgumentNullException>("image", () => _model.DetectByExample(null!, Image));
        Assert.Throws<ArgumentNullException>("query", () => _model.DetectByExample(Image, null!));
        Assert.Throws<ArgumentNullException>("image", () => _model.Propose(null!));
        Assert.Throws<ArgumentNullException>("options", () => new Owlv2((Owlv2Options)null!));
        Assert.Throws<ArgumentNullException>("options", () => new Owlv2((IOptionsMonitor<Owlv2Options>)null!));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(3, 3)]
    [InlineData(2000, 7)]
    public void An_image_of_any_size_is_searched(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(width).NextBytes(pixels);
        var image = new RgbImage(width, height, pixels);
        var longer = Math.Max(width, height);
        foreach (var detection in _model.Detect(image, Prompts, 0, 1).Concat(_model.Propose(image, 0, 1)))
        {
            Assert.True(float.IsFinite(detection.Score) && detection.Score is >= 0 and <= 1);
            Assert.True(detection.Box.XMin > -longer && detection.Box.YMax < 2 * longer && detection.Box.Width > 0);
        }

        Assert.NotNull(_model.DetectByExample(image, image));
    }

    [Fact]
    public void An_example_scores_from_0_to_1_and_best_first()
    {
        var found = _model.DetectByExample(Image, Image, 0, 1);
        Assert.NotEmpty(found);
        Assert.Equal(found.OrderByDescending(d => d.Score), found);
        Assert.Equal(1, found[0].Score, 1e-4f);
        Assert.All(found, d => Assert.True(d.Score > 0 && d.Label == "query"));
    }

    [Fact]
    public async Task A_device_without_an_engine_is_rejected_and_the_model_goes_on()
    {
        var expected = _model.Detect(Image, Prompts);
        var error = await Assert.ThrowsAsync<NotSupportedException>(async () => await _model.ToAsync(Device.Cuda(1), default));
        Assert.Contains("cuda:1", error.Message, StringComparison.Ordinal);
        Assert.Contains("IComputeEngineFactory", error.Message, StringComparison.Ordinal);
        await _model.ToAsync(Device.Cpu, default);
        Assert.Equal(expected, _model.Detect(Image, Prompts));
    }

    [Fact]
    public void A_call_that_failed_leaves_the_model_free()
    {
        var images = new ReentrantList(() => throw new InvalidDataException("No image."));
        Assert.Throws<InvalidDataException>(() => _model.Detect(images, Prompts));
        Assert.NotNull(_model.Detect(Image, Prompts));
    }

    [Theory]
    [InlineData("Checkpoint")]
    [InlineData("PadValue")]
    [InlineData("MaxDegreeOfParallelism")]
    [InlineData("BatchSize")]
    [InlineData("PromptCacheSize")]
    public async Task Only_the_setting_out_of_range_is_named_with_its_value(string setting)
    {
        var options = new Owlv2Options { Checkpoint = Demo };
        string value = setting switch
        {
            "PadValue" => $"is {options.PadValue = 1.5f}",
            "MaxDegreeOfParallelism" => $"is {options.MaxDegreeOfParallelism = -3}",
            "BatchSize" => $"is {options.BatchSize = 0}",
            "PromptCacheSize" => $"is {options.PromptCacheSize = -7}",
            _ => (options.Checkpoint = " ") + "is not set",
        };
        using var model = new Owlv2(options);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () => await model.LoadAsync(default));
        var failure = Assert.Single(error.Failures);
        Assert.StartsWith($"Owlv2Options.{setting} ", failure, StringComparison.Ordinal);
        Assert.Contains(value.Trim(), failure, StringComparison.Ordinal);
        Assert.Contains("Set it to", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hf_\nsecret")]
    [InlineData("hf_sécret")]
    public async Task A_token_that_cannot_be_sent_is_named_without_its_text(string token)
    {
        using var model = new Owlv2(new Owlv2Options { Checkpoint = Demo, HubToken = token });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () => await model.LoadAsync(default));
        var failure = Assert.Single(error.Failures);
        Assert.StartsWith("Owlv2Options.HubToken (or HF_TOKEN) contains ", failure, StringComparison.Ordinal);
        Assert.DoesNotContain(token[^4..], failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_that_failed_can_be_tried_again()
    {
        using var folder = new TemporaryFolder().With(Demo, "model.safetensors");
        using var model = new Owlv2(new Owlv2Options { Checkpoint = folder.Path });
        await Assert.ThrowsAsync<CheckpointException>(async () => await model.LoadAsync(default));
        Assert.Throws<InvalidOperationException>(() => model.Propose(Image));
        File.Copy(Path.Combine(Demo, "model.safetensors"), folder.File("model.safetensors"));
        await model.LoadAsync(default);
        Assert.Equal(_model.Propose(Image), model.Propose(Image));
    }
}
