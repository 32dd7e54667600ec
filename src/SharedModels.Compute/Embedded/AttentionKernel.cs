using SharedModels.Compute.Kernels;

namespace SharedModels.Compute.Embedded;

/// <summary>
/// Computes attention without storing the whole score matrix. A tile of queries is combined with the keys block by block, with a running
/// maximum and sum per query (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018; Dao et al., "FlashAttention",
/// 2022).
/// </summary>
/// <remarks>
/// Scores are computed transposed, [keys, queries]. The softmax then runs down the columns without a sum across a register, and its
/// result is already the packed panel that the product with the values reads.
/// </remarks>
internal sealed unsafe class AttentionKernel(MicroKernel kernel, RowMath math, Workers workers, NativeBufferPool pool)
{
    private const int MostKeys = 256;
    private const int TilesPerTask = 4;

    // A multiple of the strip height, so that each block begins with a strip.
    private readonly int _keyBlock = MostKeys / kernel.Rows * kernel.Rows;

    public void Run(BufferTensor input, BufferTensor output, int heads, int sequences, bool causal)
    {
        var shape = new AttentionShape(input.Rows / sequences, output.Columns, heads, kernel.Rows);
        using var keys = pool.Rent((long)sequences * heads * shape.PackedKeys);
        using var values = pool.Rent((long)sequences * heads * shape.PackedValues);
        workers.Run(sequences * heads, task =>
        {
            var first = input.Row(task / heads * shape.Length) + task % heads * shape.Size;
            PackKeys(first + shape.Width, shape, keys.Data + task * shape.PackedKeys);
            PackValues(first + 2 * shape.Width, shape, values.Data + task * shape.PackedValues);
        });

        var tiles = (shape.Length + kernel.Columns - 1) / kernel.Columns;
        var tasks = (tiles + TilesPerTask - 1) / TilesPerTask;
        workers.Run(sequences * heads * tasks, task =>
        {
            var pair = task / tasks;
            using var scratch = pool.Rent(Scratch.Size(kernel, shape));
            for (var tile = task % tasks * TilesPerTask; tile < Math.Min(tiles, task % tasks * TilesPerTask + TilesPerTask); tile++)
            {
                Tile(
                    input, output, shape, new Scratch(scratch.Data, kernel, shape), pair / heads, pair % heads, tile * kernel.Columns,
                    causal, keys.Data + pair * shape.PackedKeys, values.Data + pair * shape.PackedValues);
            }
        });
    }

    private void Tile(
        BufferTensor input,
        BufferTensor output,
        AttentionShape shape,
        Scratch scratch,
        int sequence,
        int head,
        int query,
        bool causal,
        float* keys,
        float* values)
    {
        var columns = kernel.Columns;
        var queries = Math.Min(columns, shape.Length - query);
        var firstRow = sequence * shape.Length + query;
        Packing.Transpose(input.Row(firstRow) + head * shape.Size, input.Columns, queries, shape.Size, columns, scratch.Queries,
            shape.Scale);
        new Span<float>(scratch.Maxima, columns).Fill(float.NegativeInfinity);
        new Span<float>(scratch.Sums, columns).Clear();
        new Span<float>(scratch.Result, shape.PaddedSize * columns).Clear();
        var visible = causal ? query + queries : shape.Length;
        for (var key = 0; key < visible; key += _keyBlock)
        {
            var count = Math.Min(_keyBlock, visible - key);
            for (var k = 0; k < count; k += kernel.Rows)
                kernel.Multiply(shape.Size, keys + (long)(key + k) * shape.Size, scratch.Queries, scratch.Scores + k * columns,
                    columns, false);
            if (causal)
                Mask(scratch.Scores, key, count, query, columns);
            math.SoftmaxStep(scratch.Scores, count, columns, scratch.Maxima, scratch.Sums, scratch.Factors);
            if (key > 0)
                ScaleResult(scratch, shape.PaddedSize, columns);
            for (var d = 0; d < shape.PaddedSize; d += kernel.Rows)
                kernel.Multiply(count, values + (long)d * shape.Length + (long)key * kernel.Rows, scratch.Scores,
                    scratch.Result + d * columns, columns, true);
        }

        for (var q = 0; q < queries; q++)
        {
            var to = output.Row(firstRow + q) + head * shape.Size;
            var factor = 1 / scratch.Sums[q];
            for (var d = 0; d < shape.Size; d++)
                to[d] = scratch.Result[d * columns + q] * factor;
        }
    }

    private static void Mask(float* scores, int key, int keys, int query, int columns)
    {
        for (var k = 0; k < keys; k++)
        {
            var hidden = Math.Clamp(key + k - query, 0, columns);
            new Span<float>(scores + k * columns, hidden).Fill(float.NegativeInfinity);
        }
    }

    private void ScaleResult(Scratch scratch, int size, int columns)
    {
        for (var d = 0; d < size; d++)
            math.Multiply(scratch.Result + d * columns, scratch.Factors, columns, scratch.Result + d * columns);
    }

    // Strips [strip][size][Rows] of keys.
    private void PackKeys(float* source, AttentionShape shape, float* destination)
    {
        for (var key = 0; key < shape.Length; key += kernel.Rows)
            Packing.Transpose(source + (long)key * shape.Stride, shape.Stride, Math.Min(kernel.Rows, shape.Length - key), shape.Size,
                kernel.Rows, destination + (long)key * shape.Size);
    }

    // Strips [strip][length][Rows] of value components.
    private void PackValues(float* source, AttentionShape shape, float* destination)
    {
        for (var d = 0; d < shape.PaddedSize; d += kernel.Rows)
            Packing.Slice(source + d, shape.Stride, Math.Min(kernel.Rows, shape.Size - d), shape.Length, kernel.Rows,
                destination + (long)d * shape.Length);
    }

    private readonly struct Scratch(float* data, MicroKernel kernel, AttentionShape shape)
    {
        public float* Queries { get; } = data;

        public float* Scores { get; } = data + shape.Size * kernel.Columns;

        public float* Result { get; } = data + (shape.Size + ScoreRows(kernel)) * kernel.Columns;

        public float* Maxima { get; } = data + (shape.Size + ScoreRows(kernel) + shape.PaddedSize) * kernel.Columns;

        public float* Sums { get; } = data + (shape.Size + ScoreRows(kernel) + shape.PaddedSize + 1) * kernel.Columns;

        public float* Factors { get; } = data + (shape.Size + ScoreRows(kernel) + shape.PaddedSize + 2) * kernel.Columns;

        public static long Size(MicroKernel kernel, AttentionShape shape) =>
            (long)(shape.Size + ScoreRows(kernel) + shape.PaddedSize + 3) * kernel.Columns;

        private static int ScoreRows(MicroKernel kernel) => MostKeys / kernel.Rows * kernel.Rows;
    }
}
