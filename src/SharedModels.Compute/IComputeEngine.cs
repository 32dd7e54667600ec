namespace SharedModels.Compute;

/// <summary>The operations of the forward pass of a vision transformer, on one device.</summary>
/// <remarks>
/// Every operation leaves its inputs unchanged and returns a new tensor, which the caller disposes. An engine can run operations later
/// than they are called, as long as <see cref="Download"/> returns their results. It computes with at least the precision of its device's
/// float16. Sequences of equal length are stacked in the rows of a tensor. A tensor of another engine, or of an unsuitable shape, causes
/// an <see cref="ArgumentException"/>. An engine is not safe for concurrent use by several threads. Disposing the engine frees all its
/// memory. Tensors that have not been disposed become unusable.
/// </remarks>
internal interface IComputeEngine : IDisposable
{
    /// <summary>The device on which the engine computes.</summary>
    Device Device { get; }

    /// <summary>
    /// A token to cancel operations. Every operation checks it before it begins. An engine on the host also checks it every few tens of
    /// milliseconds. A canceled operation throws an <see cref="OperationCanceledException"/>, returns no tensor and keeps no memory.
    /// </summary>
    CancellationToken Cancellation { get; set; }

    /// <summary>Frees memory that the engine keeps for further operations and that no tensor uses.</summary>
    void Trim()
    {
    }

    /// <summary>
    /// Adds a matrix of weights. An engine on the host may read it in place, so the mapping must outlive the tensor.
    /// </summary>
    /// <param name="parts">One matrix, or several with the same number of columns, which are stacked.</param>
    /// <returns>[sum of rows, columns]</returns>
    ITensor AddMatrix(params ReadOnlySpan<WeightView> parts);

    /// <summary>Adds a vector of weights, under the same conditions.</summary>
    /// <param name="parts">One vector, or several, which are concatenated.</param>
    /// <returns>[1, sum of columns]</returns>
    ITensor AddVector(params ReadOnlySpan<WeightView> parts);

    /// <summary>Copies numbers to the device.</summary>
    /// <param name="values"><paramref name="rows"/> × <paramref name="columns"/> numbers, row by row.</param>
    /// <param name="rows">The number of rows, at least 1.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    ITensor Upload(ReadOnlySpan<float> values, int rows, int columns);

    /// <summary>Waits for the numbers of a tensor and copies them to the host.</summary>
    /// <param name="source">An activation tensor.</param>
    /// <param name="destination">The destination of exactly rows × columns numbers, row by row.</param>
    void Download(ITensor source, Span<float> destination);

    /// <summary>Computes a linear layer: <c>activation(input · weightᵀ + bias) + residual</c>.</summary>
    /// <param name="input">[n, in]</param>
    /// <param name="weight">Weights, [out, in].</param>
    /// <param name="bias">Weights, [1, out], or <see langword="null"/> for none.</param>
    /// <param name="activation">The function that is applied to each output before the residual is added.</param>
    /// <param name="residual">[n, out], or <see langword="null"/> for none.</param>
    /// <returns>[n, out]</returns>
    ITensor Linear(ITensor input, ITensor weight, ITensor? bias = null, Activation activation = Activation.None, ITensor? residual = null);

    /// <summary>Normalizes each row to mean 0 and (biased) variance 1, then scales and shifts it.</summary>
    /// <param name="input">[n, width]</param>
    /// <param name="gain">Weights, [1, width].</param>
    /// <param name="bias">Weights, [1, width].</param>
    /// <param name="epsilon">A number that is added to the variance inside the square root.</param>
    /// <returns>[n, width]</returns>
    ITensor LayerNorm(ITensor input, ITensor gain, ITensor bias, float epsilon);

    /// <summary>
    /// Computes multi-head scaled dot-product attention: <c>softmax(q kᵀ / √size) v</c> for each head, heads side by side.
    /// </summary>
    /// <param name="queriesKeysValues">
    /// [sequences × length, 3 × width]: each row contains the query, the key and the value, each with all heads side by side.
    /// </param>
    /// <param name="heads">The number of heads, a divisor of the width.</param>
    /// <param name="sequences">The number of stacked sequences. Each attends only to itself.</param>
    /// <param name="causal"><see langword="true"/> if a position attends only to itself and to earlier positions.</param>
    /// <returns>[sequences × length, width]</returns>
    ITensor Attention(ITensor queriesKeysValues, int heads, int sequences = 1, bool causal = false);

    /// <summary>
    /// Cuts square images into square patches, row by row from the top left. Remaining pixels on the right and at the bottom are dropped.
    /// </summary>
    /// <param name="pixels">[images × channels, size × size], each plane row by row.</param>
    /// <param name="channels">The number of planes of one image.</param>
    /// <param name="patch">The side of a patch in pixels.</param>
    /// <returns>[images × patches, channels × patch × patch], ordered by channel, y and x within a patch.</returns>
    ITensor Patches(ITensor pixels, int channels, int patch);

    /// <summary>Inserts a class token before the patches of each image and adds the positions.</summary>
    /// <param name="patches">[images × patches, width]</param>
    /// <param name="classToken">Weights, [1, width].</param>
    /// <param name="positions">Weights, [patches + 1, width]. Row 0 belongs to the class token.</param>
    /// <returns>[images × (patches + 1), width]</returns>
    ITensor AddClassToken(ITensor patches, ITensor classToken, ITensor positions);

    /// <summary>Multiplies each patch token elementwise by the class token of its image, and drops the class token.</summary>
    /// <param name="tokens">[images × (patches + 1), width]</param>
    /// <param name="images">The number of stacked images.</param>
    /// <returns>[images × patches, width]</returns>
    ITensor MergeClassToken(ITensor tokens, int images);

    /// <summary>Looks up the tokens of texts of equal length and adds the positions.</summary>
    /// <param name="ids">texts × length ids, each less than the number of rows of <paramref name="table"/>.</param>
    /// <param name="table">Weights, [vocabulary, width].</param>
    /// <param name="positions">Weights, [maximum length, width].</param>
    /// <param name="length">The number of ids of one text.</param>
    /// <returns>[texts × length, width]</returns>
    ITensor EmbedTokens(ReadOnlySpan<int> ids, ITensor table, ITensor positions, int length);

    /// <summary>Selects rows.</summary>
    /// <param name="input">[n, width]</param>
    /// <param name="rows">The indexes of the rows, in the order of the result.</param>
    /// <returns>[number of rows, width]</returns>
    ITensor SelectRows(ITensor input, ReadOnlySpan<int> rows);

    /// <summary>Divides each row by its Euclidean norm plus <paramref name="epsilon"/>.</summary>
    /// <param name="input">[n, width]</param>
    /// <param name="epsilon">A number that is added to the norm.</param>
    /// <returns>[n, width]</returns>
    ITensor NormalizeRows(ITensor input, float epsilon);

    /// <summary>Computes the score of each row for each query: <c>(embedding · query + shift) · (ELU(scale) + 1)</c>.</summary>
    /// <param name="embeddings">[n, width]</param>
    /// <param name="queries">[queries, width]</param>
    /// <param name="shiftAndScale">[n, 2]: the shift and the scale of each row.</param>
    /// <returns>[n, queries]</returns>
    ITensor ScoreQueries(ITensor embeddings, ITensor queries, ITensor shiftAndScale);
}
