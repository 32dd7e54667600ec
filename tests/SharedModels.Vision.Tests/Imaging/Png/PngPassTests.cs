using SharedModels.Vision.Imaging.Png;

namespace SharedModels.Vision.Tests.Imaging.Png;

public class PngPassTests
{
    [Fact]
    public void Passes_reach_every_pixel_once()
    {
        for (var width = 1; width <= 17; width++)
        {
            for (var height = 1; height <= 17; height++)
            {
                var reached = new int[height, width];
                foreach (var pass in PngPass.For(Header(width, height, interlaced: true)))
                {
                    for (var row = 0; row < pass.Rows(height); row++)
                    {
                        for (var column = 0; column < pass.Columns(width); column++)
                            reached[pass.Top + row * pass.StepY, pass.Left + column * pass.StepX]++;
                    }
                }

                Assert.All(reached.Cast<int>(), count => Assert.Equal(1, count));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(31)]
    public void Raw_bytes_match_the_output_of_an_encoder(int side)
    {
        foreach (var interlaced in new[] { false, true })
        {
            foreach (var depth in new[] { 1, 2, 4, 8, 16 })
            {
                var raw = PngWriter.Raw(side, side + 1, 0, depth, interlaced, (_, _, _) => 0, _ => 0);

                Assert.Equal(raw.Length, PngPass.RawBytes(Header(side, side + 1, interlaced) with { BitDepth = depth }));
            }
        }
    }

    [Fact]
    public void Largest_size_of_a_header_does_not_overflow()
    {
        var header = new PngHeader(int.MaxValue, int.MaxValue, 16, PngColorType.RgbAlpha, IsInterlaced: true);

        Assert.True(PngPass.RawBytes(header) > (Int128)int.MaxValue * int.MaxValue * 8);
        Assert.Equal(int.MaxValue / 8 + 1, PngPass.For(header)[0].Columns(int.MaxValue));
    }

    [Fact]
    public void Image_that_is_not_interlaced_has_one_pass()
    {
        var passes = PngPass.For(Header(9, 4, interlaced: false)).ToArray();

        Assert.Equal([new PngPass(0, 0, 1, 1)], passes);
    }

    private static PngHeader Header(int width, int height, bool interlaced) => new(width, height, 8, PngColorType.Gray, interlaced);
}
