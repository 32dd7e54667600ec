using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Embedded;

/// <summary>
/// The matrix product of a linear layer, after Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008). Weights
/// are packed once into panels, and inputs block by block into strips. The micro kernel runs over strips and panels that stay in the
/// caches.
/// </summary>
internal sealed unsafe class Gemm(MicroKernel kernel, VectorWidth width, Workers workers, NativeBufferPool pool)
{
    // A strip of this depth stays in the first-level cache. The strips of a block of rows and the panel stay in the second-level cache. A
    // deeper block writes the result less often, but that costs more than reading the panel from the second-level cache.
    private const int DepthBlock = 768;
    private const int RowBlock = 144;
    private const int SmallestColumnBlock = 256;

    public void Run(
        BufferTensor input, WeightTensor weight, BufferTensor output, WeightTensor? bias, Activation activation, BufferTensor? residual)
    {
        var depth = weight.Columns;
        var panels = Ceiling(weight.Rows, kernel.Columns);
        using var packed = pool.Rent((long)panels * kernel.Columns * depth);
        using var biases = pool.Rent(weight.Rows);
        bias?.ReadRow(0, 0, weight.Rows, biases.Data);
        Pack(weight, panels, packed);

        var rowBlocks = Ceiling(input.Rows, RowBlock);
        var rowsPerBlock = Ceiling(Ceiling(input.Rows, rowBlocks), kernel.Rows) * kernel.Rows;
        var columnBlocks = Math.Clamp(Ceiling(workers.Degree, rowBlocks), 1, Math.Max(1, weight.Rows / SmallestColumnBlock));
        var panelsPerBlock = Ceiling(panels, columnBlocks);
        var epilogue = new Epilogue(width, bias is null ? null : biases.Data, activation, residual is null ? null : residual.Data,
            output.Columns);
        workers.Run(rowBlocks * columnBlocks, task =>
        {
            var firstRow = task / columnBlocks * rowsPerBlock;
            var rows = Math.Min(rowsPerBlock, input.Rows - firstRow);
            var firstPanel = task % columnBlocks * panelsPerBlock;
            var lastPanel = Math.Min(firstPanel + panelsPerBlock, panels);
            if (rows > 0 && firstPanel < lastPanel)
                Block(input, output, packed.Data, firstRow, rows, firstPanel, lastPanel, depth, epilogue);
        });
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;

    private void Pack(WeightTensor weight, int panels, NativeBuffer packed)
    {
        var depth = weight.Columns;
        workers.RunRows(panels, (long)kernel.Columns * depth, (first, last) =>
        {
            using var rowsOfPanel = pool.Rent((long)kernel.Columns * depth);
            for (var panel = first; panel < last; panel++)
            {
                var rows = Math.Min(kernel.Columns, weight.Rows - panel * kernel.Columns);
                for (var row = 0; row < rows; row++)
                    weight.ReadRow(panel * kernel.Columns + row, 0, depth, rowsOfPanel.Data + (long)row * depth);
                Packing.Transpose(rowsOfPanel.Data, depth, rows, depth, kernel.Columns, packed.Data + (long)panel * kernel.Columns * depth);
            }
        });
    }

    private void Block(
        BufferTensor input,
        BufferTensor output,
        float* packed,
        int firstRow,
        int rows,
        int firstPanel,
        int lastPanel,
        int depth,
        Epilogue epilogue)
    {
        var strips = Ceiling(rows, kernel.Rows);
        using var stripBuffer = pool.Rent((long)strips * kernel.Rows * DepthBlock);
        var edge = stackalloc float[kernel.Rows * kernel.Columns];
        for (var k = 0; k < depth; k += DepthBlock)
        {
            var deep = Math.Min(DepthBlock, depth - k);
            for (var s = 0; s < strips; s++)
            {
                var row = firstRow + s * kernel.Rows;
                var count = Math.Min(kernel.Rows, firstRow + rows - row);
                Packing.Transpose(input.Row(row) + k, input.Columns, count, deep, kernel.Rows,
                    stripBuffer.Data + (long)s * kernel.Rows * deep);
            }

            for (var panel = firstPanel; panel < lastPanel; panel++)
            {
                var column = panel * kernel.Columns;
                var columns = Math.Min(kernel.Columns, output.Columns - column);
                var b = packed + (long)panel * kernel.Columns * depth + (long)k * kernel.Columns;
                for (var s = 0; s < strips; s++)
                {
                    var row = firstRow + s * kernel.Rows;
                    var count = Math.Min(kernel.Rows, firstRow + rows - row);
                    var a = stripBuffer.Data + (long)s * kernel.Rows * deep;
                    var c = output.Row(row) + column;
                    if (count == kernel.Rows && columns == kernel.Columns)
                        kernel.Multiply(deep, a, b, c, output.Columns, k > 0);
                    else
                        MultiplyEdge(deep, a, b, c, output.Columns, k > 0, count, columns, edge);
                }

                if (k + deep == depth)
                    epilogue.Apply(output.Data, firstRow, rows, column, columns);
            }
        }
    }

    private void MultiplyEdge(int depth, float* a, float* b, float* c, nint stride, bool accumulate, int rows, int columns, float* edge)
    {
        for (var row = 0; accumulate && row < rows; row++)
            new ReadOnlySpan<float>(c + row * stride, columns).CopyTo(new Span<float>(edge + row * kernel.Columns, columns));
        kernel.Multiply(depth, a, b, edge, kernel.Columns, accumulate);
        for (var row = 0; row < rows; row++)
            new ReadOnlySpan<float>(edge + row * kernel.Columns, columns).CopyTo(new Span<float>(c + row * stride, columns));
    }
}
