using SharedModels.Vision.Imaging;
using SharedModels.Vision.Imaging.Png;

namespace SharedModels.Vision.Tests.Imaging.Png;

public class PngFilterTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Row_is_restored_as_the_specification_says(int filter)
    {
        var random = new Random(filter);
        for (var step = 1; step <= 8; step++)
        {
            var (row, above) = (new byte[50], new byte[50]);
            random.NextBytes(row);
            random.NextBytes(above);
            var expected = row.ToArray();
            for (var i = 0; i < row.Length; i++)
            {
                var (left, up, corner) = (i < step ? 0 : expected[i - step], above[i], i < step ? 0 : above[i - step]);
                expected[i] = (byte)(row[i] + filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    _ => Nearest(left, up, corner),
                });
            }

            PngFilter.Undo(filter, row, above, step);

            Assert.Equal(expected, row);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Row_narrower_than_a_step_is_restored(int filter)
    {
        byte[] row = [5];

        PngFilter.Undo(filter, row, [8], 4);

        Assert.Equal(filter switch { 1 => 5, 3 => 9, _ => 13 }, row[0]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(255)]
    public void Other_filters_are_corrupt(int filter)
    {
        var exception = Assert.Throws<ImageFormatException>(() => PngFilter.Undo(filter, new byte[4], new byte[4], 1));

        Assert.Equal(ImageFormatErrorReason.Corrupt, exception.Reason);
        Assert.Contains($"{filter}", exception.Message, StringComparison.Ordinal);
    }

    // The specification's predictor, by sorting: the nearest to left + up - corner, ties in this order.
    private static int Nearest(int left, int up, int corner) =>
        new[] { left, up, corner }.MinBy(value => Math.Abs(left + up - corner - value));
}
