using SharedModels.Vision.Imaging;
using SharedModels.Vision.Imaging.Jpeg;

namespace SharedModels.Vision.Tests.Imaging.Jpeg;

public class JpegImageTests
{
    private readonly ImageDecoder _decoder = new();
    private readonly byte[] _good = File.ReadAllBytes(TestFiles.Fixture("bad-images", "jpeg-baseline-420.jpg"));

    [Fact]
    public void All_eight_orientations_of_the_exif_segment_are_applied()
    {
        for (var value = 1; value <= 8; value++)
        {
            var image = _decoder.Decode(WithSegment(0xE1, [.. "Exif\0\0"u8, .. Exif.Block(value)]));

            Assert.Equal(value >= 5 ? (48, 64) : (64, 48), (image.Width, image.Height));
        }
    }

    [Fact]
    public void Segment_of_another_kind_in_app1_is_not_exif() =>
        Assert.Equal(64, _decoder.Decode(WithSegment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Exif.Block(6)])).Width);

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0x00, 0x12 })]
    [InlineData(new byte[] { 0xFF, 0x01 })]
    public void Padding_between_markers_is_ignored(byte[] filling)
    {
        byte[] file = [.. _good[..2], .. filling, .. _good[2..]];

        // Only the first bytes identify the format, so the padding must not precede them.
        file = file[2] == 0xFF ? file : [.. _good[..20], .. filling, .. _good[20..]];

        Assert.Equal(_decoder.Decode(_good).Pixels.ToArray(), _decoder.Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void Bytes_after_the_end_are_ignored()
    {
        byte[] file = [.. _good, .. "trailer"u8, 0xFF, 0xD8];

        Assert.Equal(64, _decoder.Decode(file).Width);
    }

    [Fact]
    public void End_marker_within_a_segment_is_not_the_end()
    {
        var file = WithSegment(0xFE, [0xFF, 0xD9, 0xFF, 0xDA]);

        Assert.Equal(64, _decoder.Decode(file).Width);
        AssertFails(ImageFormatErrorReason.Truncated, file[..^2]);
    }

    [Fact]
    public void File_cut_anywhere_is_truncated()
    {
        for (var length = 0; length < _good.Length; length++)
            AssertFails(ImageFormatErrorReason.Truncated, _good[..length]);
    }

    [Theory]
    [InlineData(JpegMarkers.MaxScans, false)]
    [InlineData(JpegMarkers.MaxScans + 1, true)]
    public void Scans_are_counted_before_decoding(int scans, bool isRejected)
    {
        var frame = IndexOfMarker(0xC0);
        byte[] scan = [0xFF, 0xDA, 0, 3, 0];
        byte[] file = [.. _good[..(frame + 19)], .. Enumerable.Repeat(scan, scans).SelectMany(x => x), 0xFF, 0xD9];

        var markers = Record.Exception(() => new JpegMarkers(file, SizeLimit.None).Walk()) as ImageFormatException;

        Assert.Equal(isRejected ? ImageFormatErrorReason.TooLarge : null, markers?.Reason);
    }

    [Theory]
    [InlineData(0xC3)]
    [InlineData(0xC5)]
    [InlineData(0xCB)]
    [InlineData(0xCF)]
    [InlineData(0xC9)]
    [InlineData(0xCA)]
    public void Lossless_hierarchical_and_arithmetic_coding_is_unsupported(byte marker) =>
        AssertFails(ImageFormatErrorReason.Unsupported, Patched(1, marker));

    [Fact]
    public void Twelve_bits_are_unsupported() => AssertFails(ImageFormatErrorReason.Unsupported, Patched(4, 12));

    [Fact]
    public void Two_components_are_unsupported() => AssertFails(ImageFormatErrorReason.Unsupported, Patched(9, 2));

    [Fact]
    public void Height_zero_is_unsupported() => AssertFails(ImageFormatErrorReason.Unsupported, Patched(6, 0));

    [Fact]
    public void Width_zero_is_corrupt() => AssertFails(ImageFormatErrorReason.Corrupt, Patched(8, 0));

    [Fact]
    public void Segment_shorter_than_its_length_field_is_corrupt() => AssertFails(ImageFormatErrorReason.Corrupt, Patched(3, 1));

    [Fact]
    public void Frame_header_that_is_cut_is_corrupt() => AssertFails(ImageFormatErrorReason.Corrupt, Patched(3, 5));

    [Fact]
    public void Second_frame_is_corrupt()
    {
        var frame = IndexOfMarker(0xC0);

        AssertFails(ImageFormatErrorReason.Corrupt, [.. _good[..frame], .. _good[frame..(frame + 19)], .. _good[frame..]]);
    }

    [Fact]
    public void Second_start_is_corrupt() => AssertFails(ImageFormatErrorReason.Corrupt, [.. _good[..2], .. _good]);

    [Fact]
    public void Scan_without_frame_is_corrupt()
    {
        var frame = IndexOfMarker(0xC0);

        AssertFails(ImageFormatErrorReason.Corrupt, [.. _good[..frame], .. _good[(frame + 19)..]]);
    }

    [Fact]
    public void File_without_scan_is_corrupt() => AssertFails(ImageFormatErrorReason.Corrupt, [0xFF, 0xD8, 0xFF, 0xD9]);

    [Fact]
    public void Tables_that_Skia_rejects_are_corrupt()
    {
        var file = _good.ToArray();
        var tables = IndexOfMarker(0xC4);
        file.AsSpan(tables + 5, 16).Fill(0xFF);

        AssertFails(ImageFormatErrorReason.Corrupt, file);
    }

    [Fact]
    public void Image_with_gaps_is_decoded_if_its_end_marker_is_present()
    {
        var scan = IndexOfMarker(0xDA);
        byte[] file = [.. _good[..((scan + _good.Length) / 2)], 0xFF, 0xD9];

        var image = _decoder.Decode(file);

        // Skia fills in the missing data, as Pillow does. The first block is present.
        Assert.Equal((64, 48), (image.Width, image.Height));
        Assert.InRange(image.Pixels[0], 180, 255);
    }

    private byte[] WithSegment(byte marker, byte[] content) =>
        [.. _good[..2], 0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content, .. _good[2..]];

    // Sets the byte at an offset from the frame's marker. For a field of two bytes, it also sets the preceding byte to 0.
    private byte[] Patched(int offset, byte value)
    {
        var file = _good.ToArray();
        var at = IndexOfMarker(0xC0) + offset;
        file[at] = value;
        if (offset is 3 or 6 or 8)
            file[at - 1] = 0;
        return file;
    }

    private int IndexOfMarker(byte marker) => _good.AsSpan().IndexOf([(byte)0xFF, marker]);

    private void AssertFails(ImageFormatErrorReason reason, byte[] file)
    {
        var exception = Assert.Throws<ImageFormatException>(() => _decoder.Decode(file));
        Assert.Equal(reason, exception.Reason);
    }
}
