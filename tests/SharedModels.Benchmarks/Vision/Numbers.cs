using System.Runtime.InteropServices;
using SharedModels.Compute;

namespace SharedModels.Benchmarks.Vision;

/// <summary>Random numbers, the same in every run, at a fixed address.</summary>
internal static class Numbers
{
    public static float[] Random(int count, float scale = 1)
    {
        var (numbers, random) = (GC.AllocateUninitializedArray<float>(count, pinned: true), new Random(count));
        for (var i = 0; i < count; i++)
            numbers[i] = (random.NextSingle() * 2 - 1) * scale;
        return numbers;
    }

    public static WeightView View(float[] pinned, int rows) =>
        new("w", ElementType.Float32, Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), rows, pinned.Length / rows);
}
