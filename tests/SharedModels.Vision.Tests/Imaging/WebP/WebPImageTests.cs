using System.Buffers.Binary;
using System.Text;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging.WebP;

public class WebPImageTests
{
    private readonly ImageDecoder _decoder = new();
    private readonly byte[] _lossy = File.ReadAllBytes(TestFiles.Fixture("bad-images", "webp-lossy.webp"));
    private readonly byte[] _lossless = File.ReadAllBytes(TestFiles.Fixture("bad-images", "webp-lossless-alpha.webp"));

    [Fact]
    public void Exif_chunk_rotates_the_image()
    {
        var image = _decoder.Decode(Riff(Canvas(64, 48), _lossy[12..], Chunk("EXIF", Exif.Block(6))));

        Assert.Equal((48, 64), (image.Width, image.Height));
    }

    [Fact]
    public void Frame_smaller_than_its_canvas_is_at_its_position_on_black()
    {
        var file = Riff(Canvas(100, 60), Frame(4, 6, 64, 48, _lossless[12..]));

        var image = _decoder.Decode(file);

        Assert.Equal((100, 60), (image.Width, image.Height));
        Assert.Equal([220, 40, 40], image.Row(6 + 12)[((4 + 16) * 3)..].ToArray()[..3]);
        Assert.Equal([0, 0, 0], image.Row(0)[..3].ToArray());
        Assert.Equal([0, 0, 0], image.Row(59)[^3..].ToArray());
    }

    [Fact]
    public void Only_the_first_frame_counts()
    {
        var file = Riff(Canvas(64, 48), Frame(0, 0, 64, 48, _lossless[12..]), Frame(60, 40, 64, 48, [1, 2, 3]));

        Assert.Equal([220, 40, 40], _decoder.Decode(file).Row(12)[(16 * 3)..].ToArray()[..3]);
    }

    [Fact]
    public void Alpha_and_unknown_chunks_are_skipped_regardless_of_their_content()
    {
        var expected = _decoder.Decode(_lossy).Pixels.ToArray();
        var (alpha, unknown) = (Chunk("ALPH", [9, 9, 9]), Chunk("what", [1, 2, 3, 4, 5]));

        Assert.Equal(expected, _decoder.Decode(Riff(Canvas(64, 48), unknown, alpha, _lossy[12..])).Pixels.ToArray());
        Assert.Equal(
            expected, _decoder.Decode(Riff(Canvas(64, 48), Frame(0, 0, 64, 48, [.. alpha, .. _lossy[12..]]), unknown)).Pixels.ToArray());
    }

    [Fact]
    public void Exif_chunk_inside_a_frame_is_ignored()
    {
        byte[] frame = [.. Chunk("EXIF", Exif.Block(6)), .. _lossy[12..]];

        Assert.Equal(64, _decoder.Decode(Riff(Canvas(64, 48), Frame(0, 0, 64, 48, frame))).Width);
    }

    [Theory]
    [InlineData(38, 0)]
    [InlineData(0, 14)]
    public void Frame_beyond_its_canvas_is_corrupt(int left, int top) =>
        AssertFails(ImageFormatErrorReason.Corrupt, Riff(Canvas(100, 60), Frame(left, top, 64, 48, _lossless[12..])));

    [Fact]
    public void Frame_with_another_size_than_stated_is_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, Riff(Canvas(100, 60), Frame(0, 0, 63, 48, _lossless[12..])));

    [Fact]
    public void Still_image_of_another_size_than_its_canvas_is_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, Riff(Canvas(100, 60), _lossless[12..]));

    [Fact]
    public void File_without_image_is_corrupt() => AssertFails(ImageFormatErrorReason.Corrupt, Riff(Canvas(100, 60)));

    [Fact]
    public void Frame_too_short_for_its_header_is_truncated() =>
        AssertFails(ImageFormatErrorReason.Truncated, Riff(Canvas(100, 60), Chunk("ANMF", new byte[15])));

    [Fact]
    public void Frames_within_frames_are_not_followed()
    {
        var nested = new byte[24 * 500_000];
        for (var at = 0; at < nested.Length; at += 24)
        {
            "ANMF"u8.CopyTo(nested.AsSpan(at));
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(nested.AsSpan(at + 4), nested.Length - at - 8);
        }

        AssertFails(ImageFormatErrorReason.Corrupt, Riff(Canvas(100, 60), nested));
    }

    [Theory]
    [InlineData("VP8 ")]
    [InlineData("VP8L")]
    public void Image_without_signature_is_corrupt(string name) =>
        AssertFails(ImageFormatErrorReason.Corrupt, Riff(Chunk(name, new byte[20])));

    [Theory]
    [InlineData("VP8 ")]
    [InlineData("VP8L")]
    public void Image_shorter_than_its_header_is_truncated(string name) =>
        AssertFails(ImageFormatErrorReason.Truncated, Riff(Chunk(name, new byte[4])));

    [Fact]
    public void Side_of_zero_pixels_is_corrupt()
    {
        var file = _lossy.ToArray();
        file.AsSpan(26, 2).Clear();

        AssertFails(ImageFormatErrorReason.Corrupt, file);
    }

    [Fact]
    public void Damaged_bitstream_is_corrupt()
    {
        var file = _lossless.ToArray();
        file.AsSpan(25).Fill(0xFF);

        AssertFails(ImageFormatErrorReason.Corrupt, file);
    }

    [Fact]
    public void Size_of_the_canvas_is_limited_before_its_frames_are_read() =>
        AssertFails(ImageFormatErrorReason.TooLarge, Riff(Canvas(16384, 16384), Frame(0, 0, 64, 48, _lossless[12..])));

    [Fact]
    public void File_cut_anywhere_is_truncated()
    {
        foreach (var file in new[] { _lossy, _lossless })
        {
            for (var length = 0; length < file.Length; length++)
                AssertFails(ImageFormatErrorReason.Truncated, file[..length]);
        }
    }

    [Fact]
    public void Bytes_after_the_end_are_ignored() => Assert.Equal(64, _decoder.Decode((byte[])[.. _lossy, 1, 2, 3]).Width);

    [Fact]
    public void Missing_padding_byte_at_the_end_is_accepted()
    {
        var padded = Riff(_lossy[12..], Chunk("XMP ", [1, 2, 3]));
        var file = padded[..^1];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);

        Assert.Equal(64, _decoder.Decode(file).Width);
    }

    [Fact]
    public void Riff_of_another_kind_is_unsupported() =>
        AssertFails(ImageFormatErrorReason.Unsupported, [.. "RIFF"u8, 36, 0, 0, 0, .. "WAVEfmt "u8]);

    private static byte[] Canvas(int width, int height)
    {
        var canvas = new byte[10];
        canvas[0] = 0x02;
        Write24(canvas, 4, width - 1);
        Write24(canvas, 7, height - 1);
        return Chunk("VP8X", canvas);
    }

    private static byte[] Frame(int left, int top, int width, int height, byte[] image)
    {
        var header = new byte[16];
        Write24(header, 0, left / 2);
        Write24(header, 3, top / 2);
        Write24(header, 6, width - 1);
        Write24(header, 9, height - 1);
        return Chunk("ANMF", [.. header, .. image]);
    }

    private static void Write24(byte[] bytes, int at, int value) =>
        (bytes[at], bytes[at + 1], bytes[at + 2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));

    private static byte[] Chunk(string name, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        return [.. Encoding.ASCII.GetBytes(name), .. length, .. content, .. new byte[content.Length & 1]];
    }

    private static byte[] Riff(params byte[][] chunks) => Chunk("RIFF", [.. "WEBP"u8, .. chunks.SelectMany(chunk => chunk)]);

    private void AssertFails(ImageFormatErrorReason reason, byte[] file)
    {
        var exception = Assert.Throws<ImageFormatException>(() => _decoder.Decode(file));
        Assert.Equal(reason, exception.Reason);
    }
}
