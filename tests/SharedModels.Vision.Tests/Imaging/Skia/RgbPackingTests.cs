using SharedModels.Vision.Imaging.Skia;

namespace SharedModels.Vision.Tests.Imaging.Skia;

public class RgbPackingTests
{
    [Fact]
    public void Packing_drops_only_the_alpha_for_any_number_of_pixels()
    {
        for (var pixels = 0; pixels <= 40; pixels++)
        {
            var rgba = Samples(pixels);
            // Includes space at the end that must not be overwritten.
            var rgb = Enumerable.Repeat((byte)7, pixels * 3 + 20).ToArray();

            RgbPacking.Pack(rgba, rgb.AsSpan(0, pixels * 3));

            Assert.Equal([.. Colors(rgba), .. Enumerable.Repeat((byte)7, 20)], rgb);
        }
    }

    [Fact]
    public void Samples_are_packed_in_place()
    {
        for (var pixels = 0; pixels <= 40; pixels++)
        {
            var samples = Samples(pixels);
            var expected = Colors(samples).ToArray();

            RgbPacking.Pack(samples, samples);

            Assert.Equal(expected, samples[..(pixels * 3)]);
        }
    }

    [Fact]
    public void Insufficient_space_is_rejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RgbPacking.Pack(new byte[40], new byte[29]));

    private static byte[] Samples(int pixels)
    {
        var samples = new byte[pixels * 4];
        new Random(pixels).NextBytes(samples);
        return samples;
    }

    private static IEnumerable<byte> Colors(byte[] rgba) => rgba.Where((_, i) => i % 4 != 3);
}
