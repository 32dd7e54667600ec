using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SharedModels.Compute.Embedded;

/// <summary>Rearranges matrices so that the micro kernel reads them sequentially.</summary>
internal static unsafe class Packing
{
    private const int Block = 64;
    private const int Four = 4;

    /// <summary>
    /// Writes up to <paramref name="width"/> rows as columns: destination[k * width + j] = source row j, number k. Missing rows are
    /// filled with 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint stride, int rows, int depth, int width, float* destination, float factor = 1)
    {
        // A block of the destination stays in the first-level cache while its columns are filled.
        for (var first = 0; first < depth; first += Block)
        {
            var last = Math.Min(depth, first + Block);
            var j = 0;
            for (; Sse.IsSupported && j + Four <= rows; j += Four)
                TransposeFour(source + j * stride + first, stride, last - first, width, destination + (nint)first * width + j, factor);
            for (; j < width; j++)
            {
                var from = source + j * stride;
                var to = destination + (nint)first * width + j;
                for (var k = first; k < last; k++, to += width)
                    *to = j < rows ? from[k] * factor : 0;
            }
        }
    }

    /// <summary>
    /// Copies up to <paramref name="width"/> columns of each row: destination[k * width + j] = source row k, number j. Missing columns
    /// are filled with 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Slice(float* source, nint stride, int columns, int depth, int width, float* destination)
    {
        for (var k = 0; k < depth; k++, source += stride, destination += width)
        {
            for (var j = 0; j < width; j++)
                destination[j] = j < columns ? source[j] : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeFour(float* from, nint stride, int depth, int width, float* to, float factor)
    {
        var k = 0;
        for (; k + Four <= depth; k += Four, from += Four, to += Four * width)
        {
            var (a, b) = (Vector128.Load(from) * factor, Vector128.Load(from + stride) * factor);
            var (c, d) = (Vector128.Load(from + 2 * stride) * factor, Vector128.Load(from + 3 * stride) * factor);
            var (lowAb, lowCd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d));
            var (highAb, highCd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
            Sse.MoveLowToHigh(lowAb, lowCd).Store(to);
            Sse.MoveHighToLow(lowCd, lowAb).Store(to + width);
            Sse.MoveLowToHigh(highAb, highCd).Store(to + 2 * width);
            Sse.MoveHighToLow(highCd, highAb).Store(to + 3 * width);
        }

        for (; k < depth; k++, from++, to += width)
        {
            for (var j = 0; j < Four; j++)
                to[j] = from[j * stride] * factor;
        }
    }
}
