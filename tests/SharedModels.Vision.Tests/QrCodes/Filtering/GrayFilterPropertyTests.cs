using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes.Filtering;

/// <summary>Compares the filters with straightforward implementations, and tests what they must not change.</summary>
public sealed class GrayFilterPropertyTests
{
    public static TheoryData<int, int> Sizes =>
        new() { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 2, 2 }, { 31, 7 }, { 32, 8 }, { 33, 9 }, { 65, 40 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_median_of_the_negative_is_the_negative_of_the_median(int width, int height)
    {
        var image = GrayImageTests.Noise(width, height);
        Assert.Equal(GrayFilters.Median(image).Invert().Pixels, GrayFilters.Median(image.Invert()).Pixels);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_median_removes_single_specks(int width, int height)
    {
        var image = Plain(width, height, 100);
        if (width * height > 4)
            image.Pixels[width * height / 2] = 255;
        if (width > 2 && height > 2)
            Assert.Equal(Plain(width, height, 100).Pixels, GrayFilters.Median(image).Pixels);
        Assert.Equal(Plain(width, height, 7).Pixels, GrayFilters.Median(Plain(width, height, 7)).Pixels);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_blur_is_the_rounded_mean_of_rows_and_then_of_columns(int width, int height)
    {
        var image = GrayImageTests.Noise(width, height);
        foreach (var radius in new[] { 1, 2, 5 })
        {
            var rows = Mean(image.Pixels, radius, (i, d) => i / width * width + Math.Clamp(i % width + d, 0, width - 1));
            var both = Mean(rows, radius, (i, d) => Math.Clamp(i / width + d, 0, height - 1) * width + i % width);
            Assert.Equal(both, GrayFilters.BoxBlur(image, radius).Pixels);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Sharpening_by_nothing_and_of_a_plain_image_changes_nothing(int width, int height)
    {
        var image = GrayImageTests.Noise(width, height);
        Assert.Equal(image.Pixels, GrayFilters.Unsharp(image, 2, 0).Pixels);
        Assert.Equal(Plain(width, height, 200).Pixels, GrayFilters.Unsharp(Plain(width, height, 200), 3, 2).Pixels);
    }

    [Fact]
    public void The_threshold_splits_the_pixels_into_the_most_different_groups()
    {
        var random = new Random(5);
        for (var round = 0; round < 40; round++)
        {
            var pixels = new byte[random.Next(2, 200)];
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = (byte)Math.Clamp((random.Next(2) == 0 ? 60 : 170) + random.Next(-50, 50), 0, 255);
            var best = Enumerable.Range(0, 255).Max(level => Between(pixels, level));
            Assert.Equal(best, Between(pixels, GrayFilters.OtsuThreshold(pixels)), best * 1e-9);
        }
    }

    [Fact]
    public void Black_and_white_stays_black_and_white()
    {
        byte[] pixels = [0, 255, 255, 0, 0, 255];
        Assert.Equal(pixels, GrayFilters.Otsu(new GrayImage(3, 2, pixels)).Pixels);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_shrunk_image_has_the_mean_of_each_square(int factor)
    {
        var image = GrayImageTests.Noise(37, 23);
        var small = image.Shrink(factor);
        Assert.Equal((37 / factor, 23 / factor), (small.Width, small.Height));
        for (var i = 0; i < small.Pixels.Length; i++)
        {
            var (left, top) = (i % small.Width * factor, i / small.Width * factor);
            var mean = Enumerable.Range(0, factor * factor).Average(k => image.Pixels[(top + k / factor) * 37 + left + k % factor]);
            Assert.Equal((int)Math.Floor(mean + 0.5), small.Pixels[i]);
        }
    }

    private static GrayImage Plain(int width, int height, byte value)
    {
        var pixels = new byte[width * height];
        Array.Fill(pixels, value);
        return new GrayImage(width, height, pixels);
    }

    private static byte[] Mean(byte[] pixels, int radius, Func<int, int, int> neighbor) =>
        [.. Enumerable.Range(0, pixels.Length).Select(i =>
        {
            var sum = Enumerable.Range(-radius, 2 * radius + 1).Sum(d => (int)pixels[neighbor(i, d)]);
            return (byte)((sum + radius) / (2 * radius + 1));
        })];

    private static double Between(byte[] pixels, int threshold)
    {
        var (dark, light) = (pixels.Where(p => p <= threshold).ToList(), pixels.Where(p => p > threshold).ToList());
        if (dark.Count == 0 || light.Count == 0)
            return 0;
        var difference = dark.Average(p => (double)p) - light.Average(p => (double)p);
        return (double)dark.Count * light.Count * difference * difference;
    }
}
