namespace SharedModels.Compute.Kernels;

/// <summary>Operations on one row, for one register width.</summary>
internal abstract unsafe class RowMath
{
    public static RowMath For(VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new RowMath<Lanes512>(),
        VectorWidth.Bits256 => new RowMath<Lanes256>(),
        _ => new RowMath<Lanes128>(),
    };

    /// <summary>output = (input - mean) / sqrt(variance + epsilon) * gain + bias</summary>
    public abstract void LayerNorm(float* input, float* gain, float* bias, float epsilon, int count, float* output);

    /// <summary>output = left + right</summary>
    public abstract void Add(float* left, float* right, int count, float* output);

    /// <summary>output = left * right</summary>
    public abstract void Multiply(float* left, float* right, int count, float* output);

    /// <summary>output = input * factor</summary>
    public abstract void Scale(float* input, float factor, int count, float* output);

    public abstract float Dot(float* left, float* right, int count);

    /// <summary>
    /// One step of a softmax over the rows of a block, column by column (scores[key, column]). It replaces scores by e^(score - maximum),
    /// where the maximum covers this block and the earlier ones. It returns in <paramref name="factors"/> the numbers by which the
    /// results of the earlier blocks must be multiplied.
    /// </summary>
    public abstract void SoftmaxStep(float* scores, int keys, int columns, float* maxima, float* sums, float* factors);
}
