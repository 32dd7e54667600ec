using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Tests that the limits that a search reached are reported.</summary>
public class QrSearchLimitTests
{
    [Fact]
    public void Image_that_was_searched_as_a_whole_reached_no_limit() =>
        Assert.Equal(QrSearchLimits.None, new QrReader().Detect(Code()).LimitsReached);

    [Fact]
    public void Large_image_is_searched_at_a_reduced_size()
    {
        var found = new QrReader(new QrReaderOptions { MaxPixels = 10_000 }).Detect(Code(pixels: 10));

        Assert.Equal(QrSearchLimits.Pixels, found.LimitsReached);
        Assert.Equal("code", Assert.Single(found).Text);
        Assert.InRange(found[0].BoundingBox.XMin, 35, 45);
    }

    [Fact]
    public void Texture_of_finder_patterns_reaches_the_limits_of_patterns_and_work()
    {
        const int Side = 1500;
        var image = new GrayImage(Side, Side, new byte[Side * Side]);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = Drawing.IsDarkInFinder(i % Side % 56 / 4 - 4, i / Side % 56 / 4 - 4) ? (byte)0 : byte.MaxValue;

        Assert.True(new QrReader().Detect(Camera.ToRgb(image)).LimitsReached.HasFlag(QrSearchLimits.FinderPatterns));
    }

    [Fact]
    public void Search_ends_when_its_time_is_over()
    {
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };

        var found = new QrReader(new QrReaderOptions { TimeLimit = TimeSpan.FromMilliseconds(1) }, time).Detect(Code());

        Assert.Equal(QrSearchLimits.Time, found.LimitsReached);
        Assert.Empty(found);
    }

    [Fact]
    public void Search_within_its_time_is_not_limited()
    {
        var time = new FakeTimeProvider();

        var found = new QrReader(new QrReaderOptions { TimeLimit = TimeSpan.FromMilliseconds(1) }, time).Detect(Code());

        Assert.Equal(QrSearchLimits.None, found.LimitsReached);
        Assert.Single(found);
    }

    [Theory]
    [InlineData(9_999, 1, "MaxPixels is 9999")]
    [InlineData(10_000, 0, "TimeLimit is 00:00:00")]
    [InlineData(10_000, -2, "TimeLimit is -")]
    public async Task Settings_out_of_range_are_rejected(int pixels, int milliseconds, string message)
    {
        var reader = new QrReader(new QrReaderOptions { MaxPixels = pixels, TimeLimit = TimeSpan.FromMilliseconds(milliseconds) });

        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(async () => await reader.LoadAsync(default));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
        Assert.Throws<OptionsValidationException>(() => reader.Detect(Code()));
    }

    private static RgbImage Code(int pixels = 4) => Camera.ToRgb(DrawnCode.Enlarge(DrawnCode.OfText("code"), pixels));
}
