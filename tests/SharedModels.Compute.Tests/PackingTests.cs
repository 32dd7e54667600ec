using SharedModels.Compute.Embedded;

namespace SharedModels.Compute.Tests;

public sealed unsafe class PackingTests
{
    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(3, 5, 4)]
    [InlineData(4, 64, 4)]
    [InlineData(7, 65, 8)]
    [InlineData(8, 200, 8)]
    [InlineData(32, 130, 32)]
    public void Rows_become_columns_and_missing_ones_0(int rows, int depth, int width)
    {
        const int Gap = 3;
        var source = Enumerable.Range(1, rows * (depth + Gap)).Select(i => (float)i).ToArray();
        var packed = new float[depth * width];
        fixed (float* from = source, to = packed)
            Packing.Transpose(from, depth + Gap, rows, depth, width, to, 2);
        for (var k = 0; k < depth; k++)
        {
            for (var j = 0; j < width; j++)
                Assert.Equal(j < rows ? 2 * source[j * (depth + Gap) + k] : 0, packed[k * width + j]);
        }
    }

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(4, 9, 4)]
    [InlineData(5, 30, 8)]
    public void A_slice_of_columns_is_copied_and_missing_ones_become_0(int columns, int depth, int width)
    {
        const int Stride = 11;
        var source = Enumerable.Range(1, depth * Stride).Select(i => (float)i).ToArray();
        var packed = new float[depth * width];
        fixed (float* from = source, to = packed)
            Packing.Slice(from, Stride, columns, depth, width, to);
        for (var k = 0; k < depth; k++)
        {
            for (var j = 0; j < width; j++)
                Assert.Equal(j < columns ? source[k * Stride + j] : 0, packed[k * width + j]);
        }
    }

    [Fact]
    public void All_half_numbers_are_converted_exactly()
    {
        var bits = Enumerable.Range(0, 65536).Select(i => (ushort)i).ToArray();
        var (halves, brains) = (new float[65536], new float[65536]);
        fixed (ushort* from = bits)
        {
            fixed (float* toHalves = halves, toBrains = brains)
            {
                ElementConverter.ToSingle(ElementType.Float16, (byte*)from, bits.Length, toHalves);
                ElementConverter.ToSingle(ElementType.BFloat16, (byte*)from, bits.Length, toBrains);
            }
        }

        for (var i = 0; i < bits.Length; i++)
        {
            Assert.Equal((float)BitConverter.UInt16BitsToHalf(bits[i]), halves[i]);
            Assert.Equal(BitConverter.UInt32BitsToSingle((uint)i << 16), brains[i]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(33)]
    public void Conversion_ends_with_the_last_number(int count)
    {
        var bits = new ushort[count];
        Array.Fill(bits, (ushort)0x3f80);
        var result = new float[count + 1];
        fixed (ushort* from = bits)
        {
            fixed (float* to = result)
                ElementConverter.ToSingle(ElementType.BFloat16, (byte*)from, count, to);
        }

        Assert.Equal([.. Enumerable.Repeat(1f, count), 0], result);
    }
}
