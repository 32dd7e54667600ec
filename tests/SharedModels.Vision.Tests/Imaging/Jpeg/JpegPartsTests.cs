using SharedModels.Vision.Imaging;
using SharedModels.Vision.Imaging.Jpeg;

namespace SharedModels.Vision.Tests.Imaging.Jpeg;

/// <summary>Tests that decoding a JPEG in parts gives the same image as decoding it as a whole.</summary>
public class JpegPartsTests
{
    [Theory]
    [InlineData(1000, 999, 16, 1)]
    [InlineData(2000, 1000, 16, 2)]
    [InlineData(4000, 3000, 1, 1)]
    [InlineData(4000, 3000, 2, 2)]
    [InlineData(4000, 3000, 16, 4)]
    [InlineData(1, 1, 16, 1)]
    [InlineData(16_384, 16_384, 16, 4)]
    public void Parts_are_as_many_as_processors_and_pixels_allow(int width, int height, int processors, int expected) =>
        Assert.Equal(expected, JpegParts.Count(width, height, processors));

    [Fact]
    public void Cuts_cover_every_row_once_and_later_parts_are_smaller()
    {
        for (var parts = 1; parts <= 4; parts++)
        {
            foreach (var height in new[] { 1, 15, 64, 100, 3000, 16_384 })
            {
                var bounds = JpegParts.Cut(height, parts);

                Assert.Equal((parts + 1, 0, height), (bounds.Length, bounds[0], bounds[^1]));
                Assert.Equal(bounds.Order(), bounds);
            }
        }

        Assert.Equal([0, 1616, 3000], JpegParts.Cut(3000, 2));
    }

    [Theory]
    [InlineData("qr/clean-01.jpg")]
    [InlineData("qr/photo-01.jpg")]
    [InlineData("bad-images/jpeg-baseline-420.jpg")]
    [InlineData("bad-images/jpeg-grey.jpg")]
    [InlineData("bad-images/jpeg-cmyk.jpg")]
    [InlineData("bad-images/jpeg-progressive.jpg")]
    [InlineData("bad-images/corrupt-scan.jpg")]
    public void Any_cut_gives_the_same_pixels(string file)
    {
        var image = JpegImage.Open(File.ReadAllBytes(TestFiles.Fixture(file.Split('/'))), SizeLimit.None);
        var whole = image.ReadPixels([0, image.Height]);
        var random = new Random(image.Height);
        for (var round = 0; round < 20; round++)
        {
            var cuts = Enumerable.Range(0, round % 4).Select(_ => random.Next(image.Height + 1)).Order();

            Assert.Equal(whole, image.ReadPixels([0, .. cuts, image.Height]));
        }
    }

    [Fact]
    public void Damage_in_any_part_fails_the_image()
    {
        var file = File.ReadAllBytes(TestFiles.Fixture("bad-images", "jpeg-baseline-420.jpg"));
        file.AsSpan(file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC4]) + 5, 16).Fill(0xFF);
        var image = JpegImage.Open(file, SizeLimit.None);

        Assert.Throws<ImageFormatException>(() => image.ReadPixels([0, 16, 32, 48]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_missing_library_is_reported_regardless_of_the_number_of_parts(int parts)
    {
        var file = File.ReadAllBytes(TestFiles.Fixture("bad-images", "jpeg-baseline-420.jpg"));
        using var encoded = new UndecodableFile(file);
        var image = JpegImage.Open(encoded.Memory, SizeLimit.None);

        int[] bounds = [.. Enumerable.Range(0, parts).Select(static i => 16 * i), 48];

        var exception = Assert.Throws<DllNotFoundException>(() => image.ReadPixels(bounds));

        Assert.Equal(UndecodableFile.Message, exception.Message);
    }
}
