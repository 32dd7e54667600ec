using SharedModels.Vision.QrCodes.Filtering;
using Xunit.Abstractions;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>
/// Tests codes that are hard to read: tilted, blurred or noisy. The minimums are slightly below the results that were reached.
/// </summary>
public class QrReaderHardshipTests(ITestOutputHelper output)
{
    private const int Rounds = 2;

    private static readonly string[] Sources =
    [
        "clean-01.jpg",
        "clean-02.png",
        "clean-03.png",
        "clean-04.jpg",
        "clean-05.png",
        "encoding-01.png",
        "rotation-01.png",
        "small-modules-01.png",
    ];

    [Theory]
    [InlineData(0.1, 16)]
    [InlineData(0.3, 14)]
    [InlineData(0.4, 10)]
    public void Tilted_codes_are_read(double share, int atLeast) =>
        Check(atLeast, (image, random) => Camera.Tilt(image, share, random));

    [Theory]
    [InlineData(2, 16)]
    [InlineData(4, 14)]
    [InlineData(8, 11)]
    public void Blurred_codes_are_read(int boxes, int atLeast) =>
        Check(atLeast, (image, _) => Camera.Blur(image, boxes));

    [Theory]
    [InlineData(20, 16)]
    [InlineData(40, 15)]
    [InlineData(60, 14)]
    public void Noisy_codes_are_read(double strength, int atLeast) =>
        Check(atLeast, (image, random) => Camera.Noise(image, strength, random));

    [Fact]
    public void Inverted_and_tilted_codes_are_read() =>
        Check(14, (image, random) => Camera.Tilt(image, 0.3, random).Invert());

    private void Check(int atLeast, Func<GrayImage, Random, GrayImage> spoil)
    {
        var (read, random) = (0, new Random(17));
        foreach (var source in Sources)
        {
            var fixture = QrFixture.Of(source);
            var image = GrayImage.From(fixture.Decode(), 1);
            for (var round = 0; round < Rounds; round++)
            {
                var spoilt = spoil(image, random);
                var texts = new QrReader().Detect(Camera.ToRgb(spoilt)).Select(detection => detection.Text).ToArray();
                Assert.All(texts, text => Assert.Equal(fixture.Texts[0], text));
                Assert.InRange(texts.Length, 0, 1);
                read += texts.Length;
            }
        }

        output.WriteLine($"{read} of {Sources.Length * Rounds} codes read.");
        Assert.InRange(read, atLeast, Sources.Length * Rounds);
    }
}
