using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging;

public class ImageFixtureTests
{
    private readonly ImageDecoder _decoder = new();

    public static TheoryData<string> Names => new(ImageFixture.Names);

    [Fact]
    public void Manifest_lists_every_file() =>
        Assert.Equal(
            Directory.GetFiles(TestFiles.Fixture("bad-images")).Select(Path.GetFileName).Where(name => name != "manifest.json").Order(),
            ImageFixture.Names.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void File_has_the_outcome_in_the_manifest(string name)
    {
        var fixture = ImageFixture.Of(name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        RgbImage? image = null;

        var exception = Record.Exception(() => image = _decoder.Decode(fixture.Bytes));

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(taken, 0, 1_000_000);
        if (exception is not null)
        {
            Assert.NotEqual("ok", fixture.Expect);
            var reason = Assert.IsType<ImageFormatException>(exception).Reason;
            if (fixture.Reason is not null)
                Assert.Equal(
                    fixture.Reason, reason == ImageFormatErrorReason.TooLarge ? "too-large" : reason.ToString().ToLowerInvariant());
            return;
        }

        Assert.NotEqual("error", fixture.Expect);
        Assert.Equal((fixture.Width, fixture.Height), (image!.Width, image.Height));
        Assert.Equal((image.Width, image.Height), (_decoder.Identify(fixture.Bytes).Width, _decoder.Identify(fixture.Bytes).Height));
        foreach (var sample in fixture.Samples ?? [])
        {
            // The last number is alpha, which the decoder drops.
            for (var channel = 0; channel < 3; channel++)
                Assert.InRange(image.Row(sample[1])[sample[0] * 3 + channel] - sample[2 + channel], -fixture.Tolerance, fixture.Tolerance);
        }
    }
}
