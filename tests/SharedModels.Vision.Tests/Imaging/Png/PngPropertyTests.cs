using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.Imaging.Png;

/// <summary>Tests random images that are written in different ways, which change the file but not the image.</summary>
public sealed class PngPropertyTests
{
    private static readonly ImageDecoder Decoder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_filter_gives_the_same_image(int filter)
    {
        var random = new Random(filter);
        foreach (var (colorType, depth) in new[] { (0, 1), (0, 8), (0, 16), (2, 8), (2, 16), (4, 8), (6, 8), (6, 16) })
        {
            var (width, height) = (random.Next(1, 40), random.Next(1, 30));
            var samples = Samples(random, width * height * 4, depth);
            Assert.Equal(Decode(0, interlaced: false), Decode(filter, interlaced: false));
            Assert.Equal(Decode(0, interlaced: false), Decode(filter, interlaced: true));

            byte[] Decode(int rowFilter, bool interlaced) => Decoder.Decode(PngWriter.Write(
                width,
                height,
                colorType,
                depth,
                interlaced,
                (x, y, c) => samples[(y * width + x) * 4 + c],
                _ => rowFilter)).Pixels.ToArray();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(100)]
    public void The_data_can_be_split_into_any_number_of_chunks(int pieces)
    {
        var samples = Samples(new Random(9), 20 * 15 * 3, 8);
        var raw = PngWriter.Raw(20, 15, 2, 8, interlaced: false, (x, y, c) => samples[(y * 20 + x) * 3 + c], y => y % 5);
        var file = new PngWriter().Header(20, 15, 8, 2).Data(raw, pieces).End();
        Assert.Equal(samples.Select(s => (byte)s), Decoder.Decode(file).Pixels.ToArray());
    }

    [Fact]
    public void Irrelevant_chunks_do_not_change_the_image()
    {
        var samples = Samples(new Random(10), 12, 8);
        var raw = PngWriter.Raw(2, 2, 2, 8, interlaced: false, (x, y, c) => samples[(y * 2 + x) * 3 + c], _ => 0);
        var writer = new PngWriter().Header(2, 2, 8, 2);
        foreach (var name in new[] { "gAMA", "cHRM", "sRGB", "iCCP", "tEXt", "zTXt", "iTXt", "bKGD", "pHYs", "tIME", "zzZz" })
            writer.Chunk(name, [1, 2, 3, 4, 5, 6, 7]);
        writer.Data(raw).Chunk("tEXt", [9]);
        Assert.Equal(samples.Select(s => (byte)s), Decoder.Decode(writer.End()).Pixels.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void An_image_in_a_palette_of_grays_is_the_image_in_grays(int depth)
    {
        var random = new Random(depth);
        var levels = 1 << depth;
        byte[] palette = [.. Enumerable.Range(0, levels).SelectMany(i => Enumerable.Repeat((byte)(i * 255 / (levels - 1)), 3))];
        for (var round = 0; round < 10; round++)
        {
            var (width, height) = (random.Next(1, 30), random.Next(1, 30));
            var samples = Samples(random, width * height, depth);
            foreach (var interlaced in new[] { false, true })
                Assert.Equal(Decode(0, interlaced, null), Decode(3, interlaced, palette));

            byte[] Decode(int colorType, bool interlaced, byte[]? colors) => Decoder.Decode(PngWriter.Write(
                width, height, colorType, depth, interlaced, (x, y, _) => samples[y * width + x], _ => 0, colors)).Pixels.ToArray();
        }
    }

    [Fact]
    public void Alpha_changes_no_color()
    {
        var random = new Random(12);
        var samples = Samples(random, 11 * 7 * 4, 8);
        var without = Decoder.Decode(PngWriter.Write(11, 7, 2, 8, false, (x, y, c) => samples[(y * 11 + x) * 4 + c], _ => 4));
        var with = Decoder.Decode(PngWriter.Write(11, 7, 6, 8, false, (x, y, c) => samples[(y * 11 + x) * 4 + c], _ => 4));
        Assert.Equal(without.Pixels.ToArray(), with.Pixels.ToArray());
    }

    [Fact]
    public void Sixteen_bits_keep_their_upper_eight()
    {
        var random = new Random(13);
        var samples = Samples(random, 9 * 9 * 3, 16);
        var deep = Decoder.Decode(PngWriter.Write(9, 9, 2, 16, false, (x, y, c) => samples[(y * 9 + x) * 3 + c], y => y % 5));
        Assert.Equal(samples.Select(s => (byte)(s >> 8)), deep.Pixels.ToArray());
    }

    private static int[] Samples(Random random, int count, int depth) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(1 << depth))];
}
