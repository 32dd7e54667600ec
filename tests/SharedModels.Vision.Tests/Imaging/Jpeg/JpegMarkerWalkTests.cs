using SharedModels.Vision.Imaging;
using SharedModels.Vision.Imaging.Jpeg;

namespace SharedModels.Vision.Tests.Imaging.Jpeg;

/// <summary>Tests markers in all valid and invalid positions.</summary>
public sealed class JpegMarkerWalkTests
{
    private static readonly byte[] Start = [0xFF, 0xD8];
    private static readonly byte[] Frame = [0xFF, 0xC0, 0, 11, 8, 0, 20, 0, 30, 1, 1, 0x11, 0];
    private static readonly byte[] Scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0];
    private static readonly byte[] Data = [0x12, 0xFF, 0x00, 0x34];
    private static readonly byte[] End = [0xFF, 0xD9];

    [Fact]
    public void A_file_cut_anywhere_is_truncated_or_without_its_image()
    {
        byte[] whole = [.. Start, .. Frame, .. Scan, .. Data, .. End];
        for (var length = 2; length < whole.Length; length++)
            Assert.Equal(ImageFormatErrorReason.Truncated, Fail(whole[..length]));
        Assert.Equal((30, 20, 1), Walk(whole));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public void Any_number_of_fill_bytes_can_precede_a_marker(int count)
    {
        byte[] fill = [.. Enumerable.Repeat((byte)0xFF, count)];
        Assert.Equal((30, 20, 1), Walk([.. Start, .. fill, .. Frame, .. fill, .. Scan, .. Data, .. fill, .. End]));
    }

    [Fact]
    public void Restart_markers_in_the_data_are_not_segments()
    {
        byte[] data = [.. Enumerable.Range(0, 8).SelectMany(i => (byte[])[.. Data, 0xFF, (byte)(0xD0 + i)]), .. Data];
        Assert.Equal((30, 20, 1), Walk([.. Start, .. Frame, .. Scan, .. data, .. End]));
    }

    [Fact]
    public void Every_other_segment_is_skipped_regardless_of_its_content()
    {
        for (var marker = 0xC4; marker <= 0xFE; marker++)
        {
            if (marker is >= 0xC5 and <= 0xCF and not 0xC8 and not 0xCC or >= 0xD0 and <= 0xDA)
                continue;
            byte[] segment = [0xFF, (byte)marker, 0, 10, 0xFF, 0xD9, 0xFF, 0xC0, 0xFF, 0xDA, 1, 2];
            Assert.Equal((30, 20, 1), Walk([.. Start, .. segment, .. Frame, .. segment, .. Scan, .. Data, .. segment, .. End]));
        }
    }

    [Theory]
    [InlineData(0xC3)]
    [InlineData(0xC5)]
    [InlineData(0xC6)]
    [InlineData(0xC7)]
    [InlineData(0xC9)]
    [InlineData(0xCA)]
    [InlineData(0xCB)]
    [InlineData(0xCD)]
    [InlineData(0xCE)]
    [InlineData(0xCF)]
    public void Encodings_that_no_browser_supports_are_unsupported(int marker)
    {
        var frame = Frame.ToArray();
        frame[1] = (byte)marker;
        Assert.Equal(ImageFormatErrorReason.Unsupported, Fail([.. Start, .. frame, .. Scan, .. End]));
    }

    [Fact]
    public void Parts_in_the_wrong_place_are_corrupt()
    {
        byte[][] wrong =
        [
            [.. Start, .. Scan, .. Frame, .. End],
            [.. Start, .. Frame, .. Frame, .. Scan, .. End],
            [.. Start, .. Frame, .. Start, .. Scan, .. End],
            [.. Start, .. Frame, .. End],
            [.. Start, .. End],
            [.. Start, 0xFF, 0xE0, 0, 1, .. Frame, .. Scan, .. End],
            [.. Start, 0xFF, 0xC0, 0, 7, 8, 0, 20, 0, 30, .. Scan, .. End],
            [.. Start, .. Frame, 0xFF, 0xDA, 0, 2, .. End],
        ];
        Assert.All(wrong, file => Assert.Equal(ImageFormatErrorReason.Corrupt, Fail(file)));
    }

    [Fact]
    public void Twelve_bit_samples_are_unsupported()
    {
        var frame = Frame.ToArray();
        frame[4] = 12;
        Assert.Equal(ImageFormatErrorReason.Unsupported, Fail([.. Start, .. frame, .. Scan, .. End]));
    }

    [Theory]
    [InlineData(JpegMarkers.MaxScans, true)]
    [InlineData(JpegMarkers.MaxScans + 1, false)]
    public void Scans_are_counted(int count, bool isAllowed)
    {
        byte[] file = [.. Start, .. Frame, .. Enumerable.Repeat((byte[])[.. Scan, .. Data], count).SelectMany(s => s), .. End];
        if (isAllowed)
            Assert.Equal((30, 20, count), Walk(file));
        else
            Assert.Equal(ImageFormatErrorReason.TooLarge, Fail(file));
    }

    private static ImageFormatErrorReason Fail(byte[] file) => Assert.Throws<ImageFormatException>(() => Walk(file)).Reason;

    private static (int Width, int Height, int Scans) Walk(byte[] file)
    {
        var markers = new JpegMarkers(file, new SizeLimit(1_000_000, 65_535));
        markers.Walk();
        return (markers.Width, markers.Height, markers.Scans);
    }
}
