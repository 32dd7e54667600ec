using System.Text.Json;
using SharedModels.Compute.Tests;
using SharedModels.Vision.Network;
using SharedModels.Vision.Postprocessing;
using SharedModels.Vision.Tests.Postprocessing;
using Xunit.Abstractions;

namespace SharedModels.Vision.Tests.Network;

/// <summary>Compares every tensor and every detection of the fixtures with the results of Hugging Face's code.</summary>
public sealed class ParityTests(ITestOutputHelper output)
{
    private static readonly string[] Single = ["landscape", "portrait", "square"];

    public static TheoryData<string> Folders => [.. LoadedFixture.Paths];

    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var path in LoadedFixture.Paths)
            {
                foreach (var run in Single)
                    runs.Add(path, run);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void An_image_with_prompts_gives_the_same_tensors(string path, string run)
    {
        using var fixture = new LoadedFixture(path);
        var folder = fixture.Folder;
        var prompts = Prompts(folder.Expected.GetProperty("runs").GetProperty(run).GetProperty("prompts"));
        folder.Check(output, $"{run}/pixel_values", fixture.Process(run), 1e-5f);

        var ids = CheckIds(fixture, run, prompts);
        var texts = fixture.Network.EmbedText(ids);
        folder.Check(output, $"{run}/text_embeds", texts, 1e-5f);

        fixture.Network.Observer = (stage, value) =>
        {
            if (stage == "class_embeds")
                folder.Check(output, $"{run}/class_embeds", fixture.Download(value), fixture.Tolerance(1e-5f));
        };
        using var features = fixture.Features(run);
        folder.Check(output, $"{run}/image_feature_map", fixture.Download(features), fixture.Tolerance(1e-4f));
        folder.Check(output, $"{run}/logits", fixture.Network.Logits(features, texts, prompts.Length), fixture.Tolerance(1e-4f));
        folder.Check(output, $"{run}/pred_boxes", fixture.Network.Boxes(features), fixture.Tolerance(1e-5f));
        folder.Check(output, $"{run}/objectness_logits", fixture.Network.Objectness(features), fixture.Tolerance(1e-4f));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void An_image_with_prompts_gives_the_same_detections(string path, string run)
    {
        using var fixture = new LoadedFixture(path);
        var expected = fixture.Folder.Expected.GetProperty("runs").GetProperty(run);
        var prompts = Prompts(expected.GetProperty("prompts"));
        var image = fixture.Folder.Image(expected.GetProperty("picture").GetString()!);
        var texts = fixture.Network.EmbedText([.. prompts.Select(fixture.Tokenizer.EncodeTruncated)]);
        using var features = fixture.Features(run);
        var logits = fixture.Network.Logits(features, texts, prompts.Length);
        var boxes = fixture.Network.Boxes(features);
        var side = Math.Max(image.Width, image.Height);
        foreach (var detections in expected.GetProperty("detections").EnumerateObject())
        {
            output.WriteLine($"{run}/{detections.Name}: {detections.Value.GetArrayLength()} detections");
            var words = detections.Name.Split('_');
            var threshold = float.Parse(words[Array.IndexOf(words, "threshold") + 1], System.Globalization.CultureInfo.InvariantCulture);
            var nms = words.Contains("nms") ? float.Parse(words[Array.IndexOf(words, "nms") + 1],
                System.Globalization.CultureInfo.InvariantCulture) : 1;
            var scale = words.Contains("normalised") ? 1 : side;
            var found = Postprocess.Run(logits, boxes, prompts.Length, threshold, nms, scale);
            if (words.Contains("filters"))
                found = PredictionFilter.Run(found, image.Width, image.Height, nms);
            ExpectedDetections.Check(detections.Value, found, fixture.Tolerance(1e-5f));
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_stage_between_the_layers_is_the_same(string path)
    {
        using var fixture = new LoadedFixture(path);
        var folder = fixture.Folder;
        var stages = new Dictionary<string, float[]>();
        fixture.Network.Observer = (stage, value) => stages.Add(stage, fixture.Download(value));
        var prompts = Prompts(folder.Expected.GetProperty("prompts"));
        var ids = prompts.Select(p => Padded(fixture.Tokenizer.EncodeTruncated(p), fixture.Tokenizer.MaxLength)).ToArray();
        var texts = fixture.Network.EmbedText(ids);
        using var features = fixture.Features("landscape");
        fixture.Network.Logits(features, texts, prompts.Length);
        fixture.Network.Boxes(features);

        SplitShiftAndScale(stages);
        var heads = fixture.Config.VisionConfig.NumAttentionHeads;
        stages.Add("vision_attention_0", NaiveAttention.Weights(stages["vision_attention_input_0"],
            fixture.Config.VisionConfig.HiddenSize, heads));
        stages.Add("box_bias", BoxHead.BiasOf(fixture.Config.VisionConfig.Grid));
        foreach (var name in folder.TensorNames.Where(n => n.StartsWith("layers/", StringComparison.Ordinal)))
        {
            var actual = stages[name["layers/".Length..]];
            if (name.StartsWith("layers/text_", StringComparison.Ordinal) && folder.ShapeOf(name).Length == 3)
                CheckUnpadded(folder, name, actual, folder.Ints("landscape/attention_mask"));
            else
                folder.Check(output, name, actual, fixture.Tolerance(1e-4f));
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_batch_gives_the_same_logits(string path)
    {
        using var fixture = new LoadedFixture(path);
        var folder = fixture.Folder;
        var run = folder.Expected.GetProperty("runs").GetProperty("batch");
        var images = Prompts(run.GetProperty("pictures"));
        var pixels = images.SelectMany(fixture.Process).ToArray();
        var most = run.GetProperty("prompts").EnumerateArray().Max(p => p.GetArrayLength());
        using var features = fixture.Network.EmbedImages(pixels, images.Length);
        var boxes = fixture.Network.Boxes(features);
        var (logits, texts) = (new List<float>(), new List<float>());
        for (var i = 0; i < images.Length; i++)
        {
            // Hugging Face pads short lists with blank prompts.
            var prompts = Prompts(run.GetProperty("prompts")[i]);
            string[] filled = [.. prompts, .. Enumerable.Repeat(" ", most - prompts.Length)];
            var embeddings = fixture.Network.EmbedText([.. filled.Select(fixture.Tokenizer.EncodeTruncated)]);
            texts.AddRange(embeddings);
            var all = fixture.Network.Logits(features, embeddings, most);
            var part = all.AsSpan(all.Length / images.Length * i, all.Length / images.Length);
            logits.AddRange(part);
            var image = folder.Image(images[i]);
            var patchBoxes = boxes.AsSpan(boxes.Length / images.Length * i, boxes.Length / images.Length);
            ExpectedDetections.Check(run.GetProperty("detections").GetProperty("hf_threshold_0.1")[i], Postprocess.Run(part,
                patchBoxes, most, 0.1f, 1, Math.Max(image.Width, image.Height)), fixture.Tolerance(1e-5f));
        }

        folder.Check(output, "batch/text_embeds", texts.ToArray(), 1e-5f);
        folder.Check(output, "batch/logits", logits.ToArray(), fixture.Tolerance(1e-4f));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_masked_prompt_and_its_neighbors_get_the_same_logits(string path)
    {
        using var fixture = new LoadedFixture(path);
        var expected = fixture.Folder.Floats("masked/logits");
        var ids = fixture.Folder.Ints("masked/input_ids").Chunk(fixture.Tokenizer.MaxLength).ToArray();
        using var features = fixture.Features("square");
        var actual = fixture.Network.Logits(features, fixture.Network.EmbedText(ids), ids.Length);
        Assert.Contains(float.MinValue, expected);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], fixture.Tolerance(1e-4f));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void An_example_image_gives_the_same_query_and_detections(string path)
    {
        using var fixture = new LoadedFixture(path);
        var folder = fixture.Folder;
        foreach (var run in folder.Expected.GetProperty("runs").GetProperty("image_guided").EnumerateArray())
        {
            var (query, target) = (run.GetProperty("query").GetString()!, run.GetProperty("target").GetString()!);
            var name = $"guided_{query}_on_{target}";
            folder.Check(output, $"{name}/query_pixel_values", fixture.Process(query), 1e-5f);
            folder.Check(output, $"{name}/pixel_values", fixture.Process(target), 1e-5f);
            using var queryFeatures = fixture.Features(query);
            folder.Check(output, $"{name}/query_feature_map", fixture.Download(queryFeatures), fixture.Tolerance(1e-4f));
            var queryBoxes = fixture.Network.Boxes(queryFeatures);
            folder.Check(output, $"{name}/query_pred_boxes", queryBoxes, fixture.Tolerance(1e-5f));
            var embeddings = fixture.Network.ClassEmbeddings(queryFeatures);
            folder.Check(output, $"{name}/query_class_embeds", embeddings, fixture.Tolerance(1e-4f));

            var chosen = ExampleQuery.Choose(queryBoxes, embeddings);
            Assert.Equal(run.GetProperty("chosen_patch").GetInt32(), chosen);
            var width = fixture.Config.ProjectionDim;
            var embedding = embeddings.AsSpan(chosen * width, width).ToArray();
            folder.Check(output, $"{name}/query_embed", embedding, fixture.Tolerance(1e-4f));

            using var features = fixture.Features(target);
            var logits = fixture.Network.Logits(features, embedding, 1);
            var boxes = fixture.Network.Boxes(features);
            folder.Check(output, $"{name}/logits", logits, fixture.Tolerance(1e-4f));
            folder.Check(output, $"{name}/target_pred_boxes", boxes, fixture.Tolerance(1e-5f));
            CheckGuided(fixture, run, target, logits, boxes);
        }
    }

    private static void CheckGuided(LoadedFixture fixture, JsonElement run, string target, float[] logits, float[] boxes)
    {
        var image = fixture.Folder.Image(target);
        foreach (var detections in run.GetProperty("detections").EnumerateObject())
        {
            var words = detections.Name.Split('_');
            var (threshold, nms) = (float.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture), float.Parse(words[3],
                System.Globalization.CultureInfo.InvariantCulture));
            ExpectedDetections.Check(detections.Value.GetProperty("normalised"), PostProcessor.RunGuided(logits, boxes, threshold,
                nms, 1), fixture.Tolerance(1e-5f), 1e-5f);
            var scaled = PostProcessor.RunGuided(logits, boxes, threshold, nms, Math.Max(image.Width, image.Height));
            foreach (var (box, candidate) in detections.Value.GetProperty("boxes_times_max_side").EnumerateArray().Zip(scaled))
                ExpectedDetections.CheckBox(box, candidate.Box, 1e-3f);
        }
    }

    private static int[][] CheckIds(LoadedFixture fixture, string run, string[] prompts)
    {
        var ids = prompts.Select(fixture.Tokenizer.EncodeTruncated).ToArray();
        Assert.Equal(fixture.Folder.Ints($"{run}/input_ids"), ids.SelectMany(i => Padded(i, fixture.Tokenizer.MaxLength)));
        Assert.Equal(fixture.Folder.Ints($"{run}/attention_mask"), ids.SelectMany(i => Padded([.. i.Select(_ => 1)],
            fixture.Tokenizer.MaxLength)));
        return ids;
    }

    private void CheckUnpadded(FixtureFolder folder, string name, float[] actual, int[] mask)
    {
        var expected = folder.Floats(name);
        var width = folder.ShapeOf(name)[2];
        var largest = expected.Select((value, i) => mask[i / width] == 1 ? MathF.Abs(value - actual[i]) : 0).Max();
        output.WriteLine($"{name}: largest difference {largest:0.0e+0}, allowed 1e-4");
        Assert.True(largest <= 1e-4f, $"{name} differs by {largest}.");
    }

    private static void SplitShiftAndScale(Dictionary<string, float[]> stages)
    {
        var both = stages["class_logit_shift_and_scale"];
        stages.Add("class_logit_shift", [.. both.Where((_, i) => i % 2 == 0)]);
        stages.Add("class_logit_scale_raw", [.. both.Where((_, i) => i % 2 == 1)]);
    }

    private static int[] Padded(int[] ids, int length) => [.. ids, .. new int[length - ids.Length]];

    private static string[] Prompts(JsonElement list) => [.. list.EnumerateArray().Select(p => p.GetString()!)];
}
