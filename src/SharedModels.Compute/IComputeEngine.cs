namespace SharedModels.Compute;

/// <summary>The operations that the forward pass of a vision transformer is made of, on one device.</summary>
/// <remarks>
/// Every operation leaves its inputs as they are and returns a new tensor, which the caller disposes. An engine may run operations later
/// than they are called, as long as <see cref="Download"/> sees their results; it computes with at least the precision of its device's
/// float16. Sequences of equal length lie one below the other in a tensor's rows. A tensor of another engine, or of an unfitting shape, is
/// an <see cref="ArgumentException"/>. Not safe for use by several threads at once. Disposing the engine frees all memory it holds; tensors
/// that are still alive become unusable.
/// </remarks>
internal interface IComputeEngine : IDisposable
{
    /// <summary>The device on which the engine computes.</summary>
    Device Device { get; }

    /// <summary>
    /// A token to cancel operations. An operation observes it before it begins, and that of an engine on the host every few tens of
    /// milliseconds as well. A cancelled operation throws an <see cref="OperationCanceledException"/>, returns no tensor and keeps no
    /// memory.
    /// </summary>
    CancellationToken Cancellation { get; set; }

    /// <summary>
    /// Takes a matrix of weights in; an engine in the host's memory may read it in place, hence the mapping must outlive the tensor.
    /// </summary>
    /// <param name="parts">One matrix, or several with equally many columns, which are put one below the other.</param>
    /// <returns>[sum of rows, columns]</returns>
    ITensor AddMatrix(params ReadOnlySpan<WeightView> parts);

    /// <summary>Takes a vector of weights in, under the same conditions.</summary>
    /// <param name="parts">One vector, or several, which are put one after the other.</param>
    /// <returns>[1, sum of columns]</returns>
    ITensor AddVector(params ReadOnlySpan<WeightView> parts);

    /// <summary>Copies numbers to the device.</summary>
    /// <param name="values"><paramref name="rows"/> × <paramref name="columns"/> numbers, row by row.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Numbers in a row, at least 1.</param>
    ITensor Upload(ReadOnlySpan<float> values, int rows, int columns);

    /// <summary>Waits for a tensor's numbers and copies them to the host.</summary>
    /// <param name="source">A tensor of activations.</param>
    /// <param name="destination">Room for exactly its rows × columns numbers, row by row.</param>
    void Download(ITensor source, Span<float> destination);

    /// <summary>A linear layer: <c>activation(input · weightᵀ + bias) + residual</c>.</summary>
    /// <param name="input">[n, in]</param>
    /// <param name="weight">Weights, [out, in].</param>
    /// <param name="bias">Weights, [1, out], or <see langword="null"/> for none.</param>
    /// <param name="activation">Applied to each output before the residual is added.</param>
    /// <param name="residual">[n, out], or <see langword="null"/> for none.</param>
    /// <returns>[n, out]</returns>
    ITensor Linear(ITensor input, ITensor weight, ITensor? bias = null, Activation activation = Activation.None, ITensor? residual = null);

    /// <summary>Normalises each row to mean 0 and (biased) variance 1, then scales and shifts it.</summary>
    /// <param name="input">[n, width]</param>
    /// <param name="gain">Weights, [1, width].</param>
    /// <param name="bias">Weights, [1, width].</param>
    /// <param name="epsilon">Added to the variance inside the root.</param>
    /// <returns>[n, width]</returns>
    ITensor LayerNorm(ITensor input, ITensor gain, ITensor bias, float epsilon);

    /// <summary>Multi-head scaled dot-product attention: <c>softmax(q kᵀ / √size) v</c> for each head, heads side by side.</summary>
    /// <param name="queriesKeysValues">
    /// [sequences × length, 3 × width]: in each row the query, the key, the value, each of all heads side by side.
    /// </param>
    /// <param name="heads">Heads; divides the width.</param>
    /// <param name="sequences">The number of sequences, which lie one below the other. Each attends to itself only.</param>
    /// <param name="causal"><see langword="true"/> if a position sees only itself and the positions before it.</param>
    /// <returns>[sequences × length, width]</returns>
    ITensor Attention(ITensor queriesKeysValues, int heads, int sequences = 1, bool causal = false);

    /// <summary>
    /// Cuts square images into square patches, from the top left, row by row; what is left over at the right and the bottom is dropped.
    /// </summary>
    /// <param name="pixels">[images × channels, size × size], each plane row by row.</param>
    /// <param name="channels">Planes of one image.</param>
    /// <param name="patch">The side of a patch.</param>
    /// <returns>[images × patches, channels × patch × patch], the order within a patch being channel, y, x.</returns>
    ITensor Patches(ITensor pixels, int channels, int patch);

    /// <summary>Puts a class token before each image's patches and adds the positions.</summary>
    /// <param name="patches">[images × patches, width]</param>
    /// <param name="classToken">Weights, [1, width].</param>
    /// <param name="positions">Weights, [patches + 1, width]; row 0 is the class token's.</param>
    /// <returns>[images × (patches + 1), width]</returns>
    ITensor AddClassToken(ITensor patches, ITensor classToken, ITensor positions);

    /// <summary>Multiplies each patch token with its image's class token, number by number, and drops the class token.</summary>
    /// <param name="tokens">[images × (patches + 1), width]</param>
    /// <param name="images">The number of images, which lie one below the other.</param>
    /// <returns>[images × patches, width]</returns>
    ITensor MergeClassToken(ITensor tokens, int images);

    /// <summary>Looks up the tokens of equally long texts and adds the positions.</summary>
    /// <param name="ids">texts × length ids, each below the rows of <paramref name="table"/>.</param>
    /// <param name="table">Weights, [vocabulary, width].</param>
    /// <param name="positions">Weights, [longest length, width].</param>
    /// <param name="length">Ids of one text.</param>
    /// <returns>[texts × length, width]</returns>
    ITensor EmbedTokens(ReadOnlySpan<int> ids, ITensor table, ITensor positions, int length);

    /// <summary>Picks rows.</summary>
    /// <param name="input">[n, width]</param>
    /// <param name="rows">The rows, in the order wanted.</param>
    /// <returns>[number of rows, width]</returns>
    ITensor SelectRows(ITensor input, ReadOnlySpan<int> rows);

    /// <summary>Divides each row by its Euclidean length plus <paramref name="epsilon"/>.</summary>
    /// <param name="input">[n, width]</param>
    /// <param name="epsilon">Added to the length.</param>
    /// <returns>[n, width]</returns>
    ITensor NormalizeRows(ITensor input, float epsilon);

    /// <summary>Scores each row against each query: <c>(embedding · query + shift) · (ELU(scale) + 1)</c>.</summary>
    /// <param name="embeddings">[n, width]</param>
    /// <param name="queries">[queries, width]</param>
    /// <param name="shiftAndScale">[n, 2]: each row's shift and scale.</param>
    /// <returns>[n, queries]</returns>
    ITensor ScoreQueries(ITensor embeddings, ITensor queries, ITensor shiftAndScale);
}
