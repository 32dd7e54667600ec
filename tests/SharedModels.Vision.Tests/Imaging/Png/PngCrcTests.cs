using SharedModels.Vision.Imaging.Png;

namespace SharedModels.Vision.Tests.Imaging.Png;

public class PngCrcTests
{
    [Fact]
    public void Check_value_of_the_standard() => Assert.Equal(0xCBF43926, PngCrc.Compute("123456789"u8));

    [Fact]
    public void Checksum_of_an_empty_end_chunk() => Assert.Equal(0xAE426082, PngCrc.Compute("IEND"u8));

    [Fact]
    public void Empty_input_has_checksum_zero() => Assert.Equal(0u, PngCrc.Compute([]));

    [Fact]
    public void Every_length_agrees_with_the_definition()
    {
        var data = new byte[70];
        new Random(5).NextBytes(data);
        for (var length = 0; length <= data.Length; length++)
            Assert.Equal(BitByBit(data.AsSpan(0, length)), PngCrc.Compute(data.AsSpan(0, length)));
    }

    private static uint BitByBit(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            for (var bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ (((crc ^ value >> bit) & 1) == 0 ? 0 : 0xEDB88320);
        }

        return ~crc;
    }
}
