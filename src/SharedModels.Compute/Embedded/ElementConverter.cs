using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SharedModels.Compute.Embedded;

/// <summary>Converts stored numbers to floats. All conversions are exact.</summary>
internal static unsafe class ElementConverter
{
    public static void ToSingle(ElementType type, byte* source, int count, float* destination)
    {
        switch (type)
        {
            case ElementType.Float32:
                NativeMemory.Copy(source, destination, (nuint)count * sizeof(float));
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(source, count), new Span<float>(destination, count));
                break;
            default:
                FromBFloat16((ushort*)source, count, destination);
                break;
        }
    }

    private static void FromBFloat16(ushort* source, int count, float* destination)
    {
        var i = 0;
        for (; i + Vector256<ushort>.Count <= count; i += Vector256<ushort>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load(source + i));
            (lower << 16).AsSingle().Store(destination + i);
            (upper << 16).AsSingle().Store(destination + i + Vector256<float>.Count);
        }

        for (; i < count; i++)
            destination[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
    }
}
