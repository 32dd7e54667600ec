using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SharedModels.Compute;

namespace SharedModels.CheckpointMaker;

/// <summary>Uniformly distributed weights that depend only on a seed and the tensor's name.</summary>
internal static class SeededWeights
{
    private const int BlockLength = 1 << 20;

    /// <summary>Writes the numbers of a tensor in a type, in little-endian order.</summary>
    public static void Write(Stream stream, ModelTensor tensor, ElementType type, int seed)
    {
        // SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
        var state = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {tensor.Name}")));
        var reach = tensor.Deviation * MathF.Sqrt(3);
        var numbers = new float[Math.Min(tensor.Count, BlockLength)];
        for (var left = tensor.Count; left > 0; left -= numbers.Length)
        {
            var count = (int)Math.Min(left, numbers.Length);
            for (var i = 0; i < count; i++)
            {
                var z = state += 0x9E3779B97F4A7C15;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                var unit = ((z ^ (z >> 31)) >> 40) * (1f / (1 << 24));
                numbers[i] = tensor.Mean + (2 * unit - 1) * reach;
            }

            stream.Write(ToBytes(numbers.AsSpan(0, count), type));
        }
    }

    private static ReadOnlySpan<byte> ToBytes(Span<float> numbers, ElementType type)
    {
        if (type == ElementType.Float32)
            return MemoryMarshal.AsBytes(numbers);
        var bytes = new byte[numbers.Length * 2];
        for (var i = 0; i < numbers.Length; i++)
        {
            var bits = type == ElementType.Float16
                ? BitConverter.HalfToUInt16Bits((Half)numbers[i])
                : ToBFloat16(BitConverter.SingleToUInt32Bits(numbers[i]));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), bits);
        }

        return bytes;
    }

    // Rounds to nearest, and ties to even.
    private static ushort ToBFloat16(uint bits) => (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}
