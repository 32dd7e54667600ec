using SharedModels.Vision.Imaging;
using SharedModels.Vision.Imaging.Jpeg;

namespace SharedModels.Vision.Tests.Imaging.Jpeg;

/// <summary>Tests the reading of markers on files that consist only of markers.</summary>
public class JpegMarkersTests
{
    private static readonly byte[] Start = [0xFF, 0xD8];
    private static readonly byte[] End = [0xFF, 0xD9];
    private static readonly byte[] Scan = [0xFF, 0xDA, 0, 3, 1];

    [Theory]
    [InlineData(0xC0, true)]
    [InlineData(0xC1, true)]
    [InlineData(0xC2, false)]
    public void Size_and_order_are_those_of_the_frame(byte marker, bool isSequential)
    {
        var markers = Walk(Start, Frame(marker, 300, 513, 3), Scan, End);

        Assert.Equal((513, 300, isSequential, 1), (markers.Width, markers.Height, markers.IsSequential, markers.Scans));
        Assert.Equal(1, markers.Orientation);
    }

    [Fact]
    public void Markers_that_look_like_frames_are_tables()
    {
        byte[] tables = [0xFF, 0xC4, 0, 2, 0xFF, 0xC8, 0, 2, 0xFF, 0xCC, 0, 2];

        Assert.Equal(8, Walk(Start, tables, Frame(0xC0, 8, 8, 1), Scan, End).Width);
    }

    [Fact]
    public void Entropy_coded_data_neither_hides_nor_imitates_markers()
    {
        byte[] data = [1, 2, 0xFF, 0, 0xD9, 0xFF, 0xD0, 3, 0xFF, 0xD7, 0xFF, 0, 0xFF, 0xFF];

        Assert.Equal(2, Walk(Start, Frame(0xC2, 8, 8, 1), Scan, data, Scan[1..], data, End[1..]).Scans);
    }

    [Fact]
    public void Orientation_is_only_read_before_the_frame()
    {
        Assert.Equal(6, Walk(Start, App1(6), Frame(0xC0, 8, 8, 1), Scan, End).Orientation);
        Assert.Equal(1, Walk(Start, Frame(0xC0, 8, 8, 1), App1(6), Scan, End).Orientation);
    }

    [Theory]
    [InlineData(ImageFormatErrorReason.TooLarge, 1000, 1001, 3)]
    [InlineData(ImageFormatErrorReason.TooLarge, 65535, 65535, 3)]
    [InlineData(ImageFormatErrorReason.Unsupported, 0, 8, 3)]
    [InlineData(ImageFormatErrorReason.Corrupt, 8, 0, 3)]
    [InlineData(ImageFormatErrorReason.Unsupported, 8, 8, 0)]
    [InlineData(ImageFormatErrorReason.Unsupported, 8, 8, 5)]
    public void Frame_is_validated_before_the_rest_is_read(ImageFormatErrorReason reason, int height, int width, byte components) =>
        Assert.Equal(reason, Assert.Throws<ImageFormatException>(() => Walk(Start, Frame(0xC0, height, width, components))).Reason);

    [Fact]
    public void Random_markers_decode_or_throw_the_documented_exception()
    {
        var random = new Random(21);
        byte[] likely = [0xFF, 0xFF, 0xFF, 0, 2, 8, 0xC0, 0xC2, 0xC4, 0xDA, 0xD9, 0xE1];
        for (var i = 0; i < 20_000; i++)
        {
            var file = new byte[random.Next(60)];
            for (var at = 0; at < file.Length; at++)
                file[at] = random.Next(4) == 0 ? (byte)random.Next(256) : likely[random.Next(likely.Length)];

            Assert.True(Record.Exception(() => Walk(Start, file)) is null or ImageFormatException);
        }
    }

    private static (int Width, int Height, bool IsSequential, int Scans, int Orientation) Walk(params byte[][] parts)
    {
        var markers = new JpegMarkers(parts.SelectMany(part => part).ToArray(), new SizeLimit(1_000_000, 65_535));
        markers.Walk();
        return (markers.Width, markers.Height, markers.IsSequential, markers.Scans, markers.Orientation.Value);
    }

    private static byte[] Frame(byte marker, int height, int width, byte components) =>
        [0xFF, marker, 0, 8, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, components];

    private static byte[] App1(int orientation)
    {
        byte[] content = [.. "Exif\0\0"u8, .. Exif.Block(orientation)];
        return [0xFF, 0xE1, 0, (byte)(content.Length + 2), .. content];
    }
}
