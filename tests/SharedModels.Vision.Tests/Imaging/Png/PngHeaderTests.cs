using SharedModels.Vision.Imaging;
using SharedModels.Vision.Imaging.Png;

namespace SharedModels.Vision.Tests.Imaging.Png;

public class PngHeaderTests
{
    [Fact]
    public void Fields_are_read_in_network_order()
    {
        var header = PngHeader.Read([0, 0, 1, 2, 0, 1, 0, 3, 16, 6, 0, 0, 1]);

        Assert.Equal(new PngHeader(258, 65539, 16, PngColorType.RgbAlpha, IsInterlaced: true), header);
    }

    [Theory]
    [InlineData(0, 1, 1, 2)]
    [InlineData(3, 4, 4, 5)]
    [InlineData(0, 16, 16, 18)]
    [InlineData(2, 8, 24, 27)]
    [InlineData(4, 8, 16, 18)]
    [InlineData(6, 16, 64, 72)]
    public void Bits_and_bytes_follow_from_kind_and_depth(byte type, int depth, int bitsPerPixel, int bytesOfNinePixels)
    {
        var header = new PngHeader(9, 1, depth, (PngColorType)type, IsInterlaced: false);

        Assert.Equal((bitsPerPixel, bytesOfNinePixels), (header.BitsPerPixel, header.RowBytes(9)));
    }

    [Fact]
    public void Only_the_fifteen_defined_kinds_are_accepted()
    {
        var accepted = 0;
        for (var type = 0; type < 256; type++)
        {
            for (var depth = 0; depth < 256; depth++)
            {
                byte[] content = [0, 0, 0, 1, 0, 0, 0, 1, (byte)depth, (byte)type, 0, 0, 0];
                if (Record.Exception(() => PngHeader.Read(content)) is null)
                    accepted++;
            }
        }

        Assert.Equal(15, accepted);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(14)]
    [InlineData(0)]
    public void Header_of_another_length_is_corrupt(int length) =>
        Assert.Equal(ImageFormatErrorReason.Corrupt, Assert.Throws<ImageFormatException>(() => PngHeader.Read(new byte[length])).Reason);

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public void Unknown_methods_are_corrupt(int at)
    {
        byte[] content = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
        content[at] = 1;

        Assert.Equal(ImageFormatErrorReason.Corrupt, Assert.Throws<ImageFormatException>(() => PngHeader.Read(content)).Reason);
    }
}
