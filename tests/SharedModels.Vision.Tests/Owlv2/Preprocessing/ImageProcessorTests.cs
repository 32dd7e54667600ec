using SharedModels.Vision.Imaging;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;
using Xunit.Abstractions;

namespace SharedModels.Vision.Tests.Preprocessing;

public sealed class ImageProcessorTests(ITestOutputHelper output)
{
    private const float Tolerance = 1e-5f;
    private static readonly FixtureFolder Folder = new(TestFiles.Fixture("preprocess"));
    private static readonly int Size = Folder.Expected.GetProperty("image_size").GetInt32();

    public static TheoryData<string> Images =>
        [.. Folder.Expected.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_is_processed_as_by_the_original(string name) =>
        Folder.Check(output, $"{name}/pixel_values", Run(name, Read(), 0.5f), Tolerance);

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_is_padded_with_black_on_demand(string name)
    {
        var tensor = Folder.TensorNames.Contains($"{name}/pixel_values_pad0") ? $"{name}/pixel_values_pad0" : $"{name}/pixel_values";
        Folder.Check(output, tensor, Run(name, Read(), 0), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Normalizing_can_be_switched_off(string name)
    {
        var config = Read();
        config.DoNormalize = false;
        Folder.Check(output, $"{name}/resized", Planar(name, Run(name, config, 0.5f)), Tolerance);
    }

    [Fact]
    public void The_stages_before_the_resizing_are_those_of_the_original()
    {
        var image = Image("mid");
        var side = Math.Max(image.Width, image.Height);
        var values = Enumerable.Range(0, 256).Select(v => (float)(v / 255.0)).ToArray();
        using var unsmoothed = new SmoothedRows(image, values, 0.5f, [1], EveryColumn(side));
        using var rows = new SmoothedRows(
            image, values, 0.5f, GaussianKernel.ForReduction((double)side / Size), EveryColumn(side));
        var (padded, smoothed) = (new List<float>(), new List<float>());
        for (var y = 0; y < side; y++)
        {
            padded.AddRange(Row(unsmoothed, y, side));
            smoothed.AddRange(Row(rows, y, side));
        }

        Folder.Check(output, "mid/stage1_padded", [.. padded], 0);
        Folder.Check(output, "mid/stage2_blurred", [.. smoothed], Tolerance);
    }

    [Fact]
    public void Rows_can_be_requested_in_any_order()
    {
        var image = Image("large");
        var values = Enumerable.Range(0, 256).Select(v => (float)v).ToArray();
        var weights = GaussianKernel.ForReduction(12.5);
        var axis = EveryColumn(Math.Max(image.Width, image.Height));
        using var inOrder = new SmoothedRows(image, values, 0.5f, weights, axis);
        using var shuffled = new SmoothedRows(image, values, 0.5f, weights, axis);
        var expected = Enumerable.Range(0, 100).Select(y => Row(inOrder, y, image.Width)).ToArray();
        var order = Enumerable.Range(0, 100).ToArray();
        new Random(1).Shuffle(order);
        foreach (var y in order)
            Assert.Equal(expected[y], Row(shuffled, y, image.Width));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_number_of_cores_changes_nothing(int cores)
    {
        var image = Image("wide");
        var (one, several) = (new ImageProcessor(Read(), Size, 0.5f, 1), new ImageProcessor(Read(), Size, 0.5f, cores));
        var (expected, actual) = (new float[one.Length], new float[one.Length + 7]);
        one.Run(image, expected, 0);
        several.Run(image, actual, 7);
        Assert.Equal(expected, actual[7..]);
        Assert.Equal(new float[7], actual[..7]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    public void Small_images_of_one_color_stay_of_one_color(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)128);
        var config = Read();
        config.DoNormalize = false;
        var processor = new ImageProcessor(config, Size, (float)(128 * config.RescaleFactor), 1);
        var planes = new float[processor.Length];
        processor.Run(new RgbImage(width, height, pixels), planes, 0);
        Assert.All(planes, value => Assert.Equal((float)(128 / 255.0), value));
    }

    [Fact]
    public void Rescaling_can_be_switched_off()
    {
        var config = Read();
        (config.DoRescale, config.DoNormalize) = (false, false);
        var processor = new ImageProcessor(config, 4, 0.5f, 1);
        var planes = new float[processor.Length];
        processor.Run(new RgbImage(1, 1, [10, 20, 30]), planes, 0);
        Assert.All(planes.Chunk(16).Zip([10f, 20, 30]), pair => Assert.All(pair.First, value => Assert.Equal(pair.Second, value)));
    }

    [Theory]
    [InlineData(-1, 5, 1)]
    [InlineData(-4, 5, 4)]
    [InlineData(-5, 5, 3)]
    [InlineData(5, 5, 3)]
    [InlineData(8, 5, 0)]
    [InlineData(9, 5, 1)]
    [InlineData(-17, 5, 1)]
    [InlineData(3, 1, 0)]
    [InlineData(-1, 2, 1)]
    public void An_index_is_mirrored_without_repeating_the_edge(int index, int count, int expected) =>
        Assert.Equal(expected, MirrorIndex.Of(index, count));

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 9)]
    public void Smoothing_weights_are_symmetric_and_sum_to_1(double factor, int count)
    {
        var weights = GaussianKernel.ForReduction(factor);
        Assert.Equal(count, weights.Length);
        Assert.Equal(1, weights.Sum(), 1e-12);
        Assert.Equal(weights.Reverse(), weights);
        Assert.Equal(weights.Max(), weights[count / 2]);
    }

    private static PreprocessorConfig Read() => PreprocessorConfig.Read(Folder.Path, Size);

    private static RgbImage Image(string name) => TestFiles.Image(Path.Combine(Folder.Path, "images", $"{name}.png"));

    private static float[] Run(string name, PreprocessorConfig config, float pad)
    {
        var processor = new ImageProcessor(config, Size, pad, 0);
        var pixels = new float[processor.Length];
        processor.Run(Image(name), pixels, 0);
        return pixels;
    }

    // The colors can be the last dimension of the expected tensor.
    private static ResizeAxis EveryColumn(int side) => new(side, side);

    private static unsafe float[] Row(SmoothedRows rows, int y, int columns)
    {
        var (samples, row) = ((nint)rows.Samples(y), new float[columns * 3]);
        for (var i = 0; i < row.Length; i++)
            row[i] = ((float*)samples)[i / 3 * 6 + i % 3];
        return row;
    }

    private static float[] Planar(string name, float[] planes)
    {
        if (Folder.ShapeOf($"{name}/resized")[0] == 3)
            return planes;
        return [.. Enumerable.Range(0, planes.Length).Select(i => planes[i % 3 * Size * Size + i / 3])];
    }
}
