using SharedModels.Vision.QrCodes;

namespace SharedModels.Vision.Tests.QrCodes;

public class ZbarScannerTests
{
    [Fact]
    public void Order_of_pictures_changes_no_result()
    {
        var images = QrFixture.All
            .Where(fixture => fixture.Category is "multi" or "clean" or "noise")
            .Select(fixture => GreyImage.From(fixture.Decode(), 1))
            .ToArray();

        var forwards = images.Select(Describe).ToArray();
        var backwards = images.Reverse().Select(Describe).Reverse().ToArray();

        Assert.Equal(forwards, backwards);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 64)]
    [InlineData(65, 1)]
    [InlineData(13, 7)]
    public void Picture_of_any_size_is_scanned(int width, int height) =>
        Assert.Empty(ZbarScanner.Scan(GreyImageTests.Noise(width, height)));

    [Fact]
    public void Inverted_code_is_read_from_the_inverted_picture_alone()
    {
        var fixture = QrFixture.Of("inverted-01.png");
        var image = GreyImage.From(fixture.Decode(), 1);

        Assert.Empty(ZbarScanner.Scan(image));
        Assert.Equal(fixture.Texts[0], Assert.Single(ZbarScanner.Scan(image.Invert())).Text);
    }

    private static string Describe(GreyImage image) => string.Join('\n', ZbarScanner.Scan(image));
}
