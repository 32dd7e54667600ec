using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging;

public class ExifOrientationTests
{
    [Theory]
    [InlineData(1, "abc def")]
    [InlineData(2, "cba fed")]
    [InlineData(3, "fed cba")]
    [InlineData(4, "def abc")]
    [InlineData(5, "ad be cf")]
    [InlineData(6, "da eb fc")]
    [InlineData(7, "fc eb da")]
    [InlineData(8, "cf be ad")]
    public void Image_is_rotated_according_to_the_tag(int value, string expected)
    {
        var rgb = "abcdef"u8.ToArray().SelectMany(letter => new[] { letter, (byte)(letter + 1), (byte)(letter + 2) }).ToArray();
        var orientation = new ExifOrientation(value);

        var image = orientation.Apply(3, 2, rgb);

        var rows = Enumerable.Range(0, image.Height)
            .Select(y => string.Concat(Enumerable.Range(0, image.Width).Select(x => (char)image.Row(y)[x * 3])));
        Assert.Equal(expected, string.Join(' ', rows));
        Assert.Equal(value >= 5, orientation.SwapsSides);
        for (var i = 0; i < image.Pixels.Length; i += 3)
            Assert.Equal((image.Pixels[i] + 1, image.Pixels[i] + 2), (image.Pixels[i + 1], image.Pixels[i + 2]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tag_is_read_in_both_byte_orders_with_and_without_prefix(bool littleEndian)
    {
        for (var value = 1; value <= 8; value++)
        {
            var block = Exif.Block(value, littleEndian);

            Assert.Equal(value, ExifOrientation.Read(block).Value);
            Assert.Equal(value, ExifOrientation.Read([.. "Exif\0\0"u8, .. block]).Value);
        }
    }

    [Theory]
    [InlineData(0, 3, 1, 8)]
    [InlineData(9, 3, 1, 8)]
    [InlineData(65535, 3, 1, 8)]
    [InlineData(6, 4, 1, 8)]
    [InlineData(6, 3, 2, 8)]
    [InlineData(6, 3, 1, 37)]
    [InlineData(6, 3, 1, 1000)]
    [InlineData(6, 3, 1, -8)]
    public void Invalid_blocks_are_treated_as_upright(int value, int type, int count, int directory)
    {
        Assert.Equal(1, ExifOrientation.Read(Exif.Block(value, littleEndian: true, type, count, directory)).Value);
        Assert.Equal(1, ExifOrientation.Read(Exif.Block(value, littleEndian: false, type, count, directory)).Value);
    }

    [Fact]
    public void Block_cut_before_the_tag_is_upright()
    {
        var block = Exif.Block(6);
        for (var length = 0; length < 34; length++)
            Assert.Equal(1, ExifOrientation.Read(block.AsSpan(0, length)).Value);
        Assert.Equal(6, ExifOrientation.Read(block.AsSpan(0, 34)).Value);
    }

    [Fact]
    public void Unknown_byte_order_is_upright()
    {
        var block = Exif.Block(6);
        block[0] = (byte)'X';

        Assert.Equal(1, ExifOrientation.Read(block).Value);
    }
}
