using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using SharedModels.Compute;
using SharedModels.Compute.Checkpoints;
using SharedModels.Compute.Embedded;
using SharedModels.Compute.Tests.Checkpoints;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.Network;

namespace SharedModels.Vision.Tests.Detection;

/// <summary>Tests the public API: settings, lifetime, arguments and cancellation.</summary>
public sealed class Owlv2Tests : IDisposable
{
    private static readonly string Demo = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint");
    private static readonly string Tiny = TestFiles.Fixture("owlv2-tiny-random");
    private static readonly RgbImage Image = TestFiles.Image(Path.Combine(Demo, "samples", "sample4.png"));
    private static readonly string[] Prompts = ["a red circle", "something blue", "a star"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Detections_come_best_first_and_above_the_confidence()
    {
        using var model = await Load();
        var found = model.Detect(Image, Prompts, 0.05f, 1);
        Assert.NotEmpty(found);
        Assert.Equal(found.OrderByDescending(d => d.Score), found);
        Assert.All(found, d => Assert.InRange(d.Score, 0.05f, 1));
        Assert.All(found, d => Assert.Contains(d.Label, Prompts));
    }

    [Fact]
    public async Task The_same_image_gives_the_same_bits_on_any_number_of_cores()
    {
        using var one = await Load(o => o.MaxDegreeOfParallelism = 1);
        using var three = await Load(o => o.MaxDegreeOfParallelism = 3);
        var first = one.Detect(Image, Prompts, 0);
        Assert.Equal(first, one.Detect(Image, Prompts, 0));
        Assert.Equal(first, three.Detect(Image, Prompts, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public async Task A_list_of_images_gives_the_same_results_as_single_images(int batchSize)
    {
        using var model = await Load(o => o.BatchSize = batchSize);
        RgbImage[] images = [Image, Solid(50, 20, 90), Image, Solid(8, 9, 200), Image];
        var together = model.Detect(images, Prompts, 0.01f);
        Assert.Equal(5, together.Count);
        foreach (var (image, found) in images.Zip(together))
            Assert.Equal(model.Detect(new RgbImage(image.Width, image.Height, image.Pixels.ToArray()), Prompts, 0.01f), found);
        Assert.Empty(model.Detect([], Prompts));
    }

    [Fact]
    public async Task Frames_of_a_video_are_taken_one_after_the_other()
    {
        using var model = await Load();
        var taken = 0;
        var results = new List<IReadOnlyList<Owlv2Detection>>();
        await foreach (var found in model.DetectAsync(Frames(), Prompts))
        {
            results.Add(found);
            Assert.Equal(results.Count, taken);
        }

        Assert.Equal(3, results.Count);
        Assert.All(results, found => Assert.Equal(model.Detect(Image, Prompts), found));

        async IAsyncEnumerable<RgbImage> Frames()
        {
            for (; taken < 3;)
            {
                taken++;
                yield return Image;
                await Task.Yield();
            }
        }
    }

    [Fact]
    public async Task An_example_is_found_in_the_image_it_was_cut_from()
    {
        using var model = await Load();
        var sample = TestFiles.Image(Path.Combine(Demo, "samples", "sample1.png"));
        var best = model.Detect(sample, ["an orange cross"], 0.5f)[0].Box;
        var found = model.DetectByExample(sample, Cut(sample, best), 0.1f);
        Assert.NotEmpty(found);
        Assert.All(found, d => Assert.Equal("query", d.Label));
        Assert.Equal(1, found[0].Score, 1e-3f);
    }

    [Fact]
    public async Task Embeddings_of_prompts_are_kept()
    {
        using var caching = await Load();
        using var forgetting = await Load(o => o.PromptCacheSize = 0);
        var expected = forgetting.Detect(Image, Prompts);
        Assert.Equal(expected, caching.Detect(Image, Prompts));
        Assert.Equal(expected, caching.Detect(Image, Prompts));
        string[] twice = [.. Prompts, .. Prompts];
        Assert.Equal(expected, forgetting.Detect(Image, twice));
    }

    [Fact]
    public async Task A_prompts_result_does_not_depend_on_longer_prompts_next_to_it()
    {
        using var model = await Load(o => o.PromptCacheSize = 0);
        var alone = model.Detect(Image, ["star"], 0.01f, 1);
        var beside = model.Detect(Image, ["star", "zzz qqq a photo of a very very long prompt of many tokens that goes on"], 0.01f, 1);
        foreach (var found in beside.Where(d => d.Label == "star"))
            Assert.Contains(alone, d => MathF.Abs(d.Score - found.Score) < 1e-5f && d.Box == found.Box);
    }

    [Theory]
    [InlineData("F16", 0.05f)]
    [InlineData("BF16", 0.3f)]
    public async Task Half_checkpoints_give_nearly_the_same(string type, float tolerance)
    {
        Convert(t => t.To(type));
        using var half = await Load(o => o.Checkpoint = _folder.Path);
        using var full = await Load(o => o.Checkpoint = Tiny);
        var (expected, actual) = (full.Propose(Image, 0, 1), half.Propose(Image, 0, 1));
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Score, pair.Second.Score, tolerance));
        Assert.InRange(half.Footprint.HostBytes, 1, full.Footprint.HostBytes * 2 / 3);
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    public async Task Half_checkpoints_give_exactly_what_their_values_give_as_floats(string type)
    {
        Convert(t => t.To(type));
        using var floats = new TemporaryFolder().With(Tiny, "model.safetensors");
        SafetensorsWriter.Write(floats.File("model.safetensors"), SafetensorsWriter.Read(Path.Combine(Tiny,
            "model.safetensors")).Select(t => t.Rounded(type)));
        using var half = await Load(o => o.Checkpoint = _folder.Path);
        using var rounded = await Load(o => o.Checkpoint = floats.Path);
        Assert.Equal(rounded.Detect(Image, Prompts, 0), half.Detect(Image, Prompts, 0));
    }

    [Fact]
    public async Task Parts_of_a_checkpoint_give_exactly_what_the_whole_gives()
    {
        _folder.With(Tiny, "model.safetensors");
        var tensors = SafetensorsWriter.Read(Path.Combine(Tiny, "model.safetensors"));
        var map = new List<string>();
        foreach (var (part, index) in tensors.Chunk(tensors.Count / 3 + 1).Select((part, index) => (part, index)))
        {
            SafetensorsWriter.Write(_folder.File($"model-{index}.safetensors"), part);
            map.AddRange(part.Select(t => $"\"{t.Name}\":\"model-{index}.safetensors\""));
        }

        File.WriteAllText(_folder.File("model.safetensors.index.json"), $"{{\"weight_map\":{{{string.Join(',', map)}}}}}");
        using var parts = await Load(o => o.Checkpoint = _folder.Path);
        using var whole = await Load(o => o.Checkpoint = Tiny);
        Assert.Equal(whole.Detect(Image, Prompts, 0), parts.Detect(Image, Prompts, 0));
    }

    [Theory]
    [InlineData("class_head.dense0.weight")]
    [InlineData("owlv2.text_projection.weight")]
    [InlineData("owlv2.vision_model.encoder.layers.2.self_attn.k_proj.bias")]
    public async Task A_missing_tensor_is_named(string name)
    {
        Convert(t => t.Name == name ? t with { Name = "something else" } : t);
        Assert.Contains($"'{name}'", (await LoadError()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("owlv2.logit_scale")]
    [InlineData("owlv2.visual_projection.weight")]
    public async Task The_two_unused_tensors_may_be_missing(string name)
    {
        Convert(t => t.Name == name ? t with { Name = "something else" } : t);
        using var model = await Load(o => o.Checkpoint = _folder.Path);
        Assert.NotEmpty(model.Detect(Image, Prompts, 0));
    }

    [Fact]
    public async Task A_number_of_layers_beyond_those_in_the_weights_takes_no_memory()
    {
        Convert(static t => t);
        var config = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!;
        config["text_config"]!["num_hidden_layers"] = 2_000_000_000;
        File.WriteAllText(_folder.File("config.json"), config.ToJsonString());
        var before = GC.GetTotalAllocatedBytes();
        Assert.Contains("owlv2.text_model.encoder.layers.", (await LoadError()).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1_000_000_000);
    }

    [Fact]
    public async Task Numbers_that_are_not_finite_are_an_error_and_not_an_empty_result()
    {
        Convert(static t => t.Name == "class_head.dense0.weight" ? t with { Data = [0, 0, 0xC0, 0x7F, .. t.Data[4..]] } : t);
        using var model = await Load(o => o.Checkpoint = _folder.Path);
        string[] messages =
        [
            Assert.Throws<InvalidOperationException>(() => model.Detect(Image, Prompts)).Message,
            Assert.Throws<InvalidOperationException>(() => model.DetectByExample(Image, Image)).Message,
        ];
        Assert.All(messages, m => Assert.Contains("not finite on cpu", m, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_tensor_of_another_shape_is_named()
    {
        Convert(t => t.Name == "layer_norm.weight" ? t with { Shape = [8, 8] } : t);
        Assert.Contains("'layer_norm.weight'", (await LoadError()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ids_beyond_the_table_are_an_error()
    {
        Convert(t => t);
        File.WriteAllText(_folder.File("vocab.json"), File.ReadAllText(_folder.File("vocab.json")).Replace("1001", "1002",
            StringComparison.Ordinal));
        Assert.Contains("1002", (await LoadError()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_longer_text_than_the_model_reads_is_an_error()
    {
        Convert(t => t);
        var file = _folder.File("tokenizer_config.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"model_max_length\": 16", "\"model_max_length\": 77",
            StringComparison.Ordinal));
        Assert.Contains("77", (await LoadError()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_named_with_its_setting()
    {
        using var model = new Owlv2(new Owlv2Options { Checkpoint = "/no/such/folder" });
        var error = await Assert.ThrowsAsync<CheckpointException>(async () => await model.LoadAsync(default));
        Assert.Contains("Owlv2Options.Checkpoint is '/no/such/folder'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_settings_out_of_range_are_rejected_together()
    {
        using var model = new Owlv2(new Owlv2Options { PadValue = float.NaN, BatchSize = 0, MaxDegreeOfParallelism = -1,
            PromptCacheSize = -1 });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () => await model.LoadAsync(default));
        string[] settings = ["Checkpoint", "PadValue", "BatchSize", "MaxDegreeOfParallelism", "PromptCacheSize"];
        Assert.All(settings, s => Assert.Contains(error.Failures, f => f.Contains($"Owlv2Options.{s}", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(-0.01f, 0.3f, "confidence")]
    [InlineData(1.01f, 0.3f, "confidence")]
    [InlineData(float.NaN, 0.3f, "confidence")]
    [InlineData(0.1f, 0.09f, "nmsThreshold")]
    [InlineData(0.1f, 1.01f, "nmsThreshold")]
    [InlineData(0.1f, float.NaN, "nmsThreshold")]
    public async Task Thresholds_out_of_range_are_rejected(float confidence, float nms, string name)
    {
        using var model = await Load();
        Assert.Throws<ArgumentOutOfRangeException>(name, () => model.Detect(Image, Prompts, confidence, nms));
        Assert.Throws<ArgumentOutOfRangeException>(name, () => model.DetectByExample(Image, Image, confidence, nms));
        Assert.Throws<ArgumentOutOfRangeException>(name, () => model.Propose(Image, confidence, nms));
        Assert.Throws<ArgumentOutOfRangeException>(name, () => model.DetectAsync(AsyncEnumerable.Empty<RgbImage>(), Prompts,
            confidence, nms));
    }

    [Fact]
    public async Task Prompts_must_not_be_blank()
    {
        using var model = await Load();
        Assert.Throws<ArgumentException>("prompts", () => model.Detect(Image, []));
        Assert.Contains("Prompt 1", Assert.Throws<ArgumentException>("prompts", () => model.Detect(Image, ["a", " "])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("prompts", () => model.Detect(Image, null!));
        Assert.Throws<ArgumentNullException>("images", () => model.Detect([Image, null!], Prompts));
        Assert.Throws<ArgumentException>("prompts", () => model.DetectAsync(AsyncEnumerable.Empty<RgbImage>(), []));
    }

    [Fact]
    public async Task A_canceled_call_ends_and_the_next_one_works()
    {
        using var model = await Load();
        using var canceled = new CancellationTokenSource();
        await canceled.CancelAsync();
        Assert.Throws<OperationCanceledException>(() => model.Detect(Image, Prompts, cancellationToken: canceled.Token));
        Assert.Throws<OperationCanceledException>(() => model.DetectByExample(Image, Image, cancellationToken: canceled.Token));
        Assert.NotEmpty(model.Detect(Image, Prompts, 0.01f));
        using var another = new Owlv2(new Owlv2Options { Checkpoint = Demo });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await another.LoadAsync(canceled.Token));
    }

    [Fact]
    public async Task A_second_call_is_rejected_while_one_runs()
    {
        using var model = await Load();
        var rejected = 0;
        var images = new ReentrantList(
            () => rejected += Assert.Throws<InvalidOperationException>(() => model.Propose(Image)).Message.Contains(
                "still running", StringComparison.Ordinal) ? 1 : 0);
        model.Detect(images, Prompts);
        Assert.True(rejected > 0);
    }

    [Fact]
    public async Task A_model_that_is_not_loaded_or_is_disposed_says_so()
    {
        var model = new Owlv2(new Owlv2Options { Checkpoint = Tiny });
        Assert.Equal(default, model.Footprint);
        Assert.Contains("LoadAsync", Assert.Throws<InvalidOperationException>(() => model.Detect(Image, Prompts)).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await model.ToAsync(Device.Cpu, default));
        await model.LoadAsync(default);
        await model.LoadAsync(default);
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Detect(Image, Prompts));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await model.LoadAsync(default));
    }

    [Fact]
    public void Weights_are_mapped_and_never_copied_to_the_managed_heap()
    {
        var options = new Owlv2Options { Checkpoint = Demo };
        new Owlv2Detector(options, options.Checkpoint, new EmbeddedComputeEngine(new ComputeEngineOptions())).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var detector = new Owlv2Detector(options, options.Checkpoint, new EmbeddedComputeEngine(new ComputeEngineOptions()));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(new FileInfo(Path.Combine(Demo, "model.safetensors")).Length, detector.Footprint(null).HostBytes);

        // The vocabulary, the header and the numbers of one image. The weights would add 2.7 MB, or 5.3 MB as floats.
        Assert.InRange(allocated, 1, 1_600_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_working_bytes_are_sufficient_and_not_excessive(int batchSize)
    {
        using var engine = new EmbeddedComputeEngine(new ComputeEngineOptions { MaxDegreeOfParallelism = 2 });
        var options = new Owlv2Options { Checkpoint = Demo, MaxDegreeOfParallelism = 2, BatchSize = batchSize };
        using var detector = new Owlv2Detector(options, options.Checkpoint, engine);
        detector.Detect(Enumerable.Repeat(Image, 8).ToArray(), Prompts, static _ => (0.1f, 0.3f), batchSize);
        var pixels = 3L * 144 * 144 * sizeof(float) * batchSize;

        // The buffers of the threads depend on how they share the work: by up to 1 % of the whole.
        var used = engine.AllocatedBytes + pixels;
        Assert.InRange(detector.Footprint(null).WorkingBytes, used - (used / 100), 3 * used);
    }

    [Fact]
    public async Task Settings_are_read_when_the_model_is_loaded()
    {
        var monitor = new FixedMonitor(new Owlv2Options());
        using var model = new Owlv2(monitor);
        monitor.CurrentValue = new Owlv2Options { Checkpoint = Tiny };
        await model.LoadAsync(default);
        Assert.Equal(0, model.Footprint.DeviceBytes);
        Assert.True(model.Footprint.WorkingBytes > 0);
    }

    [Fact]
    public async Task A_model_moves_to_the_devices_that_its_factory_knows_and_back()
    {
        var factory = new RecordingFactory();
        using var model = new Owlv2(new FixedMonitor(new Owlv2Options { Checkpoint = Demo }), factory);
        await model.LoadAsync(default);
        var expected = model.Detect(Image, Prompts);
        Assert.True(model.Footprint.DeviceBytes > 2_000_000);
        Assert.Equal(new FileInfo(Path.Combine(Demo, "model.safetensors")).Length + model.Footprint.DeviceBytes, model.Footprint.HostBytes);

        await model.ToAsync(new Device("fake", 0), default);
        Assert.Equal(expected, model.Detect(Image, Prompts));
        await model.ToAsync(new Device("fake", 0), default);
        await Assert.ThrowsAsync<NotSupportedException>(async () => await model.ToAsync(Device.Cuda(3), default));
        Assert.Equal(expected, model.Detect(Image, Prompts));
        await model.ToAsync(Device.Cpu, default);
        Assert.Equal(expected, model.Detect(Image, Prompts));
        Assert.Equal([new Device("fake", 0)], factory.Created);
        Assert.Equal(1, factory.Disposed);
    }

    [Fact]
    public async Task Padding_with_black_changes_the_detections()
    {
        using var gray = await Load();
        using var black = await Load(o => o.PadValue = 0);
        Assert.NotEqual(gray.Propose(Image, 0, 1), black.Propose(Image, 0, 1));
    }

    public void Dispose() => _folder.Dispose();

    private static RgbImage Solid(int width, int height, byte value)
    {
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, value);
        return new RgbImage(width, height, pixels);
    }

    private static RgbImage Cut(RgbImage image, BoundingBox box)
    {
        var (x0, y0) = (Math.Max(0, (int)box.XMin), Math.Max(0, (int)box.YMin));
        var (width, height) = (Math.Min(image.Width, (int)box.XMax) - x0, Math.Min(image.Height, (int)box.YMax) - y0);
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
            image.Row(y0 + y).Slice(x0 * 3, width * 3).CopyTo(pixels.AsSpan(y * width * 3));
        return new RgbImage(width, height, pixels);
    }

    private static async Task<Owlv2> Load(Action<Owlv2Options>? configure = null)
    {
        var options = new Owlv2Options { Checkpoint = Demo };
        configure?.Invoke(options);
        var model = new Owlv2(options);
        await model.LoadAsync(default);
        return model;
    }

    private async Task<CheckpointException> LoadError()
    {
        using var model = new Owlv2(new Owlv2Options { Checkpoint = _folder.Path });
        return await Assert.ThrowsAsync<CheckpointException>(async () => await model.LoadAsync(default));
    }

    private void Convert(Func<StoredTensor, StoredTensor> convert)
    {
        _folder.With(Tiny, "model.safetensors");
        SafetensorsWriter.Write(_folder.File("model.safetensors"), SafetensorsWriter.Read(Path.Combine(Tiny,
            "model.safetensors")).Select(convert));
    }
}
