namespace SharedModels.Vision.Compute.Embedded;

/// <summary>Rearranges matrices so that the micro kernel reads them from front to back.</summary>
internal static unsafe class Packing
{
    /// <summary>Writes up to <paramref name="width"/> rows as columns: destination[k * width + j] = source row j, number k; missing rows become 0.</summary>
    public static void Transpose(float* source, nint stride, int rows, int depth, int width, float* destination, float factor = 1)
    {
        for (var j = 0; j < width; j++)
        {
            var to = destination + j;
            if (j >= rows)
            {
                for (var k = 0; k < depth; k++, to += width)
                    *to = 0;
                continue;
            }

            var from = source + j * stride;
            for (var k = 0; k < depth; k++, to += width)
                *to = from[k] * factor;
        }
    }

    /// <summary>Copies up to <paramref name="width"/> columns of each row: destination[k * width + j] = source row k, number j; missing ones become 0.</summary>
    public static void Slice(float* source, nint stride, int columns, int depth, int width, float* destination)
    {
        for (var k = 0; k < depth; k++, source += stride, destination += width)
        {
            for (var j = 0; j < width; j++)
                destination[j] = j < columns ? source[j] : 0;
        }
    }
}
