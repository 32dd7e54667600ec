using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging.Png;

public class PngImageTests
{
    private readonly ImageDecoder _decoder = new();

    public static TheoryData<int, int, bool> Kinds()
    {
        var kinds = new TheoryData<int, int, bool>();
        foreach (var (colorType, depths) in new (int, int[])[] { (0, [1, 2, 4, 8, 16]), (2, [8, 16]), (
            3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
        {
            foreach (var depth in depths)
            {
                kinds.Add(colorType, depth, false);
                kinds.Add(colorType, depth, true);
            }
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_decodes_to_the_colors_written_with_every_filter_and_size(int colorType, int depth, bool interlaced)
    {
        var random = new Random(colorType * 100 + depth);
        var palette = new byte[(1 << Math.Min(depth, 8)) * 3];
        random.NextBytes(palette);
        foreach (var (width, height) in new[] { (1, 1), (2, 3), (5, 1), (1, 9), (8, 8), (13, 11), (33, 17) })
        {
            var samples = new int[height, width, 4];
            foreach (var (x, y, c) in from y in Enumerable
                .Range(0, height) from x in Enumerable
                .Range(0, width) from c in Enumerable
                .Range(0, 4) select (x, y, c))
                samples[y, x, c] = random.Next(1 << depth);
            var file = PngWriter.Write(
                width, height, colorType, depth, interlaced, (x, y, c) => samples[y, x, c], y => y % 5, colorType == 3 ? palette : null);

            var image = _decoder.Decode(file);

            Assert.Equal((width, height), (image.Width, image.Height));
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                    Assert.Equal(Expected(x, y), image.Row(y).Slice(x * 3, 3).ToArray());
            }

            byte[] Expected(int x, int y) => colorType switch
            {
                3 => palette[(samples[y, x, 0] * 3)..(samples[y, x, 0] * 3 + 3)],
                2 or 6 => [To8(samples[y, x, 0]), To8(samples[y, x, 1]), To8(samples[y, x, 2])],
                _ => [To8(samples[y, x, 0]), To8(samples[y, x, 0]), To8(samples[y, x, 0])],
            };
        }

        byte To8(int sample) => (byte)(depth == 16 ? sample >> 8 : sample * 255 / ((1 << depth) - 1));
    }

    [Fact]
    public void Transparency_is_dropped_and_the_stored_color_is_kept()
    {
        var file = PngWriter.Write(1, 1, 6, 8, false, (_, _, c) => c == 3 ? 0 : 10 * (c + 1), _ => 0);

        Assert.Equal([10, 20, 30], _decoder.Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void Index_beyond_the_palette_is_its_last_color()
    {
        var file = PngWriter.Write(2, 1, 3, 8, false, (x, _, _) => x * 100, _ => 0, [1, 2, 3, 255, 128, 64]);

        Assert.Equal([1, 2, 3, 255, 128, 64], _decoder.Decode(file).Pixels.ToArray());
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 8)]
    [InlineData(2, 4)]
    [InlineData(3, 16)]
    [InlineData(4, 4)]
    [InlineData(5, 8)]
    [InlineData(6, 2)]
    public void Undefined_kind_is_corrupt(int colorType, int depth) =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(4, 4, depth, colorType).Data(new byte[200]).End());

    [Fact]
    public void Undefined_interlace_method_is_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(4, 4, 8, 0, interlace: 2).Data(new byte[200]).End());

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    [InlineData(-1, 4)]
    [InlineData(4, int.MinValue)]
    public void Size_that_png_does_not_allow_is_corrupt(int width, int height) =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(width, height, 8, 0).Data(new byte[200]).End());

    [Fact]
    public void Row_filter_that_is_not_defined_is_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(1, 2, 8, 0).Data([0, 7, 5, 7]).End());

    [Fact]
    public void Fewer_rows_than_stated_are_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(4, 4, 8, 0).Data(new byte[5 * 3]).End());

    [Fact]
    public void More_rows_than_stated_are_ignored()
    {
        var file = new PngWriter().Header(2, 1, 8, 0).Data([0, 7, 8, .. new byte[100_000]]).End();

        Assert.Equal([7, 7, 7, 8, 8, 8], _decoder.Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void Palette_image_without_palette_is_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(1, 1, 8, 3).Data([0, 0]).End());

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(771)]
    public void Palette_of_a_wrong_length_is_corrupt(int length) =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(1, 1, 8, 3).Chunk("PLTE", new byte[length]).Data([0, 0]).End());

    [Fact]
    public void Image_in_two_pieces_is_corrupt() =>
        AssertFails(
            ImageFormatErrorReason.Corrupt,
            new PngWriter().Header(1, 1, 8, 0).Data([0, 0], pieces: 1).Chunk("tEXt", []).Chunk("IDAT", []).End());

    [Fact]
    public void Second_header_is_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(1, 1, 8, 0).Header(1, 1, 8, 0).Data([0, 0]).End());

    [Fact]
    public void Header_must_come_first() =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Chunk("tEXt", []).Header(1, 1, 8, 0).Data([0, 0]).End());

    [Fact]
    public void File_without_image_is_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(1, 1, 8, 0).End());

    [Fact]
    public void Unknown_extension_that_is_needed_is_unsupported() =>
        AssertFails(ImageFormatErrorReason.Unsupported, new PngWriter().Header(1, 1, 8, 0).Chunk("ABCD", []).Data([0, 0]).End());

    [Fact]
    public void Unknown_extension_that_is_not_needed_is_skipped_even_with_a_wrong_checksum()
    {
        var file = new PngWriter().Header(1, 1, 8, 0).Chunk("abCd", [1, 2], isIntact: false).Data([0, 9]).End();

        Assert.Equal([9, 9, 9], _decoder.Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void Orientation_of_a_damaged_exif_chunk_does_not_count()
    {
        byte[] exif = Exif.Block(6);
        var intact = new PngWriter().Header(2, 1, 8, 0).Chunk("eXIf", exif).Data([0, 1, 2]).End();
        var damaged = new PngWriter().Header(2, 1, 8, 0).Chunk("eXIf", exif, isIntact: false).Data([0, 1, 2]).End();

        Assert.Equal(1, _decoder.Decode(intact).Width);
        Assert.Equal(2, _decoder.Decode(damaged).Width);
    }

    [Fact]
    public void Data_with_a_wrong_checksum_is_corrupt() =>
        AssertFails(ImageFormatErrorReason.Corrupt, new PngWriter().Header(1, 1, 8, 0).Chunk("IDAT", [0x78, 1], isIntact: false).End());

    [Fact]
    public void File_cut_anywhere_is_truncated()
    {
        var whole = PngWriter.Write(6, 5, 2, 8, false, (x, y, c) => x * y + c, y => y % 5);
        for (var length = 0; length < whole.Length; length++)
            AssertFails(ImageFormatErrorReason.Truncated, whole[..length]);
    }

    [Fact]
    public void Chunk_longer_than_allowed_is_corrupt()
    {
        var file = new PngWriter().Header(1, 1, 8, 0).Data([0, 0]).End();
        file[33] = 0xFF;

        AssertFails(ImageFormatErrorReason.Corrupt, file);
    }

    [Fact]
    public void Size_that_the_data_cannot_hold_takes_no_memory()
    {
        var file = new PngWriter().Header(7000, 7000, 8, 2).Data(new byte[1000]).End();
        AssertFails(ImageFormatErrorReason.Corrupt, file);
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertFails(ImageFormatErrorReason.Corrupt, file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private void AssertFails(ImageFormatErrorReason reason, byte[] file)
    {
        var exception = Assert.Throws<ImageFormatException>(() => _decoder.Decode(file));
        Assert.Equal(reason, exception.Reason);
        Assert.NotEmpty(exception.Message);
    }
}
