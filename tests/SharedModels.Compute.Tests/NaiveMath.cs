namespace SharedModels.Compute.Tests;

/// <summary>Computes the operations of the engine by their formulas, in double precision.</summary>
internal static class NaiveMath
{
    public static float[] Linear(
        float[] x, float[] w, int rows, int outputs, int inputs, float[]? bias, Activation activation, float[]? residual)
    {
        var result = new float[rows * outputs];
        for (var i = 0; i < result.Length; i++)
        {
            var (row, output) = (i / outputs, i % outputs);
            double sum = bias?[output] ?? 0;
            for (var k = 0; k < inputs; k++)
                sum += (double)x[row * inputs + k] * w[output * inputs + k];
            result[i] = (float)(Activate(activation, sum) + (residual?[i] ?? 0));
        }

        return result;
    }

    public static double Activate(Activation activation, double x) => activation switch
    {
        Activation.QuickGelu => x / (1 + Math.Exp(-1.702 * x)),
        Activation.Gelu => x / 2 * (1 + ReferenceMath.Erf(x / Math.Sqrt(2))),
        _ => x,
    };

    public static float[] LayerNorm(float[] x, float[] gain, float[] bias, double epsilon) =>
        [.. x.Chunk(gain.Length).SelectMany(row =>
        {
            var mean = row.Average(v => (double)v);
            var variance = row.Average(v => (v - mean) * (v - mean));
            return row.Select((v, i) => (float)((v - mean) / Math.Sqrt(variance + epsilon) * gain[i] + bias[i]));
        })];

    public static float[] NormalizeRows(float[] x, int columns, double epsilon) =>
        [.. x.Chunk(columns).SelectMany(row =>
        {
            var length = Math.Sqrt(row.Sum(v => (double)v * v)) + epsilon;
            return row.Select(v => (float)(v / length));
        })];

    public static float[] ScoreQueries(float[] embeddings, float[] queries, float[] shiftAndScale, int columns) =>
        [.. embeddings.Chunk(columns).SelectMany((e, row) => queries.Chunk(columns).Select(q =>
        {
            var (shift, scale) = ((double)shiftAndScale[2 * row], (double)shiftAndScale[2 * row + 1]);
            var elu = scale > 0 ? scale : Math.Exp(scale) - 1;
            return (float)((e.Zip(q, (a, b) => (double)a * b).Sum() + shift) * (elu + 1));
        }))];

    public static float[] Patches(float[] pixels, int images, int channels, int side, int patch)
    {
        var grid = side / patch;
        return
        [
            .. from image in Enumerable.Range(0, images)
               from cellY in Enumerable.Range(0, grid)
               from cellX in Enumerable.Range(0, grid)
               from channel in Enumerable.Range(0, channels)
               from y in Enumerable.Range(0, patch)
               from x in Enumerable.Range(0, patch)
               select pixels[((image * channels + channel) * side + cellY * patch + y) * side + cellX * patch + x],
        ];
    }
}
