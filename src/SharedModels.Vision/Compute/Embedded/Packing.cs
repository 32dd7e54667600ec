using System.Runtime.CompilerServices;

namespace SharedModels.Vision.Compute.Embedded;

/// <summary>Rearranges matrices so that the micro kernel reads them from front to back.</summary>
internal static unsafe class Packing
{
    private const int Block = 64;

    /// <summary>
    /// Writes up to <paramref name="width"/> rows as columns: destination[k * width + j] = source row j, number k; missing rows become 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* source, nint stride, int rows, int depth, int width, float* destination, float factor = 1)
    {
        // A block of the destination stays in the first-level cache while its columns are filled.
        for (var first = 0; first < depth; first += Block)
        {
            var last = Math.Min(depth, first + Block);
            for (var j = 0; j < width; j++)
            {
                var from = source + j * stride;
                var to = destination + (nint)first * width + j;
                for (var k = first; k < last; k++, to += width)
                    *to = j < rows ? from[k] * factor : 0;
            }
        }
    }

    /// <summary>
    /// Copies up to <paramref name="width"/> columns of each row: destination[k * width + j] = source row k, number j; missing ones become
    /// 0.
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
}
