using SharedModels.Vision.Imaging;
using SharedModels.Vision.Network;
using SharedModels.Vision.Preprocessing;

namespace SharedModels.Vision.Tests.Preprocessing;

public sealed class ImageProcessorPropertyTests
{
    private const float Pad = 0.5f;

    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 8 }, { 1, 40, 8 }, { 40, 1, 8 }, { 2, 300, 16 }, { 300, 2, 16 }, { 17, 16, 16 }, { 16, 16, 16 }, { 5, 3, 32 },
        { 100, 80, 12 }, { 33, 64, 7 }, { 64, 64, 1 }, { 31, 29, 30 }, { 3, 200, 4 }, { 200, 3, 4 }, { 90, 100, 10 }, { 100, 90, 10 },
        { 40, 39, 1 }, { 39, 40, 2 }, { 50, 30, 3 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_image_of_noise_matches_the_stages_of_the_original(int width, int height, int size)
    {
        var image = Noise(width, height);
        var expected = NaiveImageProcessor.Run(image, size, Pad);
        var actual = Run(image, size);
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 2e-6);
    }

    // Each pixel is combined with about 4 weights per step of the resize in either direction, two rows are sampled for each step, and
    // three channels are smoothed. Padding that the smoothing reaches counts as part of the image.
    [Theory]
    [InlineData(1, 16_384)]
    [InlineData(16_384, 1)]
    [InlineData(40, 9_000)]
    [InlineData(9_000, 40)]
    [InlineData(3_000, 4_000)]
    [InlineData(4_000, 3_000)]
    [InlineData(2_000, 2_000)]
    public void The_work_is_that_of_the_pixels_that_exist(int width, int height)
    {
        const int Size = 960;
        var processor = new ImageProcessor(new PreprocessorConfig(), Size, Pad, 2);
        processor.Run(Noise(width, height), new float[processor.Length], 0);
        var reach = 2 * (GaussianKernel.ForReduction((double)Math.Max(width, height) / Size).Length / 2);
        Assert.InRange(processor.Multiplications, 1, 40L * (width + reach) * (height + reach));
    }

    [Fact]
    public void An_image_of_a_canceled_call_is_not_processed()
    {
        var processor = new ImageProcessor(PreprocessorConfig.Read(TestFiles.Fixture("owlv2-tiny-random"), 96), 96, Pad, 1);
        Assert.ThrowsAny<OperationCanceledException>(
            () => processor.Run(Noise(40, 40), new float[processor.Length], 0, new CancellationToken(canceled: true)));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_image_of_the_color_of_its_padding_stays_so(int width, int height, int size)
    {
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)51);
        Assert.All(Run(new RgbImage(width, height, pixels), size, 51 / 255f), value => Assert.Equal(51 / 255f, value));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void No_number_leaves_the_range_of_the_image_and_its_padding(int width, int height, int size)
    {
        var image = Noise(width, height);
        var (low, high) = (image.Pixels.ToArray().Min() / 255f, image.Pixels.ToArray().Max() / 255f);
        if (width != height)
            (low, high) = (MathF.Min(low, Pad), MathF.Max(high, Pad));
        Assert.All(Run(image, size), value => Assert.InRange(value, low, high));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Swapping_the_colors_swaps_the_planes(int width, int height, int size)
    {
        var image = Noise(width, height);
        var swapped = image.Pixels.ToArray();
        for (var i = 0; i < swapped.Length; i += 3)
            (swapped[i], swapped[i + 2]) = (swapped[i + 2], swapped[i]);
        var (before, after) = (Run(image, size), Run(new RgbImage(width, height, swapped), size));
        var plane = size * size;
        Assert.Equal(before[..plane], after[(2 * plane)..]);
        Assert.Equal(before[plane..(2 * plane)], after[plane..(2 * plane)]);
        Assert.Equal(before[(2 * plane)..], after[..plane]);
    }

    [Theory]
    [InlineData(40, 16)]
    [InlineData(16, 40)]
    [InlineData(20, 20)]
    public void A_square_image_mirrored_gives_mirrored_planes(int side, int size)
    {
        var image = Noise(side, side);
        var mirrored = new byte[side * side * 3];
        for (var i = 0; i < side * side; i++)
            image.Pixels.Slice(i * 3, 3).CopyTo(mirrored.AsSpan((i / side * side + side - 1 - i % side) * 3));
        var (before, after) = (Run(image, size), Run(new RgbImage(side, side, mirrored), size));
        for (var i = 0; i < before.Length; i++)
            Assert.Equal(before[i], after[i / size * size + size - 1 - i % size], 2e-6f);
    }

    [Theory]
    [InlineData(64, 16, 16)]
    [InlineData(400, 100, 20)]
    public void The_area_far_below_the_image_is_padding(int width, int height, int size)
    {
        var planes = Run(Noise(width, height), size);
        for (var i = 0; i < planes.Length; i++)
        {
            // Starts at the middle, where the smoothing of the image's edge has no more effect.
            if (i / size % size >= size * 3 / 4)
                Assert.Equal(Pad, planes[i], 1e-6f);
        }
    }

    [Theory]
    [InlineData(64, 16, 16)]
    [InlineData(400, 100, 20)]
    public void The_area_far_to_the_right_of_the_image_is_padding(int height, int width, int size)
    {
        var planes = Run(Noise(width, height), size);
        for (var i = 0; i < planes.Length; i++)
        {
            if (i % size >= size * 3 / 4)
                Assert.Equal(Pad, planes[i], 1e-6f);
        }
    }

    [Fact]
    public void An_image_of_the_models_size_is_only_rescaled()
    {
        var image = Noise(24, 24);
        var planes = Run(image, 24);
        for (var i = 0; i < planes.Length; i++)
            Assert.Equal((float)(image.Pixels[i % (24 * 24) * 3 + i / (24 * 24)] * (1 / 255.0)), planes[i]);
    }

    [Fact]
    public void A_huge_image_shrinks_to_its_mean()
    {
        var image = Noise(2000, 2000);
        var mean = image.Pixels.ToArray().Average(value => value / 255.0);
        Assert.All(Run(image, 2), value => Assert.InRange(value, mean - 0.02, mean + 0.02));
    }

    [Fact]
    public void Normalized_numbers_are_those_less_the_mean_by_the_deviation()
    {
        var image = Noise(30, 20);
        var config = new PreprocessorConfig { ImageMean = [0.1f, 0.2f, 0.3f], ImageStd = [0.5f, 2, 4] };
        var processor = new ImageProcessor(config, 10, Pad, 1);
        var actual = new float[processor.Length];
        processor.Run(image, actual, 0);
        var plain = Run(image, 10);
        for (var i = 0; i < plain.Length; i++)
            Assert.Equal((plain[i] - config.ImageMean[i / 100]) / config.ImageStd[i / 100], actual[i], 1e-6f);
    }

    [Fact]
    public void Mirrored_indexes_move_back_and_forth()
    {
        foreach (var count in new[] { 1, 2, 3, 7 })
        {
            var (expected, step) = (0, 1);
            for (var index = 0; index < 40; index++)
            {
                Assert.Equal(expected, MirrorIndex.Of(index, count));
                Assert.Equal(expected, MirrorIndex.Of(-index, count));
                if (count == 1)
                    continue;
                if (expected + step < 0 || expected + step >= count)
                    step = -step;
                expected += step;
            }
        }
    }

    private static RgbImage Noise(int width, int height)
    {
        var pixels = new byte[width * height * 3];
        new Random(width * 7 + height).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    private static float[] Run(RgbImage image, int size, float pad = Pad)
    {
        var processor = new ImageProcessor(new PreprocessorConfig { DoNormalize = false }, size, pad, 2);
        var planes = new float[processor.Length];
        processor.Run(image, planes, 0);
        return planes;
    }
}
