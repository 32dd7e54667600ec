namespace SharedModels.Compute.Tests;

/// <summary>Computes attention by its formula, in double precision.</summary>
internal static class NaiveAttention
{
    /// <summary>Returns the softmaxed scores [heads, length, length] of one sequence of queries, keys and values.</summary>
    public static float[] Weights(float[] queriesKeysValues, int width, int heads, bool causal = false)
    {
        var length = queriesKeysValues.Length / (3 * width);
        var size = width / heads;
        var weights = new float[heads * length * length];
        for (var head = 0; head < heads; head++)
        {
            for (var query = 0; query < length; query++)
            {
                var scores = new double[causal ? query + 1 : length];
                for (var key = 0; key < scores.Length; key++)
                {
                    for (var d = 0; d < size; d++)
                        scores[key] +=
                            (double)queriesKeysValues[query * 3 * width + head * size + d]
                            * queriesKeysValues[key * 3 * width + width + head * size + d];
                    scores[key] /= Math.Sqrt(size);
                }

                var highest = scores.Max();
                var sum = scores.Sum(s => Math.Exp(s - highest));
                for (var key = 0; key < scores.Length; key++)
                    weights[(head * length + query) * length + key] = (float)(Math.Exp(scores[key] - highest) / sum);
            }
        }

        return weights;
    }

    /// <summary>Returns the result [length, width] for one sequence.</summary>
    public static float[] Run(float[] queriesKeysValues, int width, int heads, bool causal = false)
    {
        var length = queriesKeysValues.Length / (3 * width);
        var size = width / heads;
        var weights = Weights(queriesKeysValues, width, heads, causal);
        var result = new float[length * width];
        for (var query = 0; query < length; query++)
        {
            for (var column = 0; column < width; column++)
            {
                var sum = 0.0;
                for (var key = 0; key < length; key++)
                    sum +=
                        (double)weights[(column / size * length + query) * length + key]
                        * queriesKeysValues[key * 3 * width + 2 * width + column];
                result[query * width + column] = (float)sum;
            }
        }

        return result;
    }
}
