using SharedModels.Configuration;

namespace SharedModels.Tests.Configuration;

public sealed class MemorySizeTests
{
    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("20GiB", 20L << 30)]
    [InlineData("1.5 GiB", 3L << 29)]
    [InlineData("512mib", 512L << 20)]
    [InlineData("2 GB", 2_000_000_000)]
    [InlineData("3kB", 3000)]
    [InlineData("7 B", 7)]
    [InlineData("80%", 800)]
    [InlineData("100 %", 1000)]
    public void Sizes_are_read_as_people_write_them(string text, long expected)
    {
        Assert.True(MemorySize.TryParse(text, 1000, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("much")]
    [InlineData("0")]
    [InlineData("-1GiB")]
    [InlineData("101%")]
    [InlineData("0%")]
    [InlineData("1e3")]
    [InlineData("99999999999TiB")]
    [InlineData("1,5GiB")]
    public void Other_texts_are_rejected(string text) => Assert.False(MemorySize.TryParse(text, 1000, out _));

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(1000, "1000 bytes")]
    [InlineData(1L << 20, "1 MiB")]
    [InlineData(3L << 29, "1.5 GiB")]
    [InlineData(85_899_345_920, "80 GiB")]
    public void Sizes_are_written_in_the_largest_unit(long bytes, string expected) => Assert.Equal(expected, MemorySize.Format(bytes));
}
