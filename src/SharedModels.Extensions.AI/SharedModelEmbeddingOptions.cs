namespace SharedModels.Extensions.AI;

/// <summary>The options of a <see cref="SharedModelEmbeddingGenerator{TModel}"/>.</summary>
/// <remarks>Instances are immutable and thread-safe if their functions are.</remarks>
/// <typeparam name="TModel">The class of the model.</typeparam>
public sealed record SharedModelEmbeddingOptions<TModel>
    where TModel : class
{
    /// <summary>Computes the vectors of texts: one for each text, in the same order. Runs on the worker of the model's device.</summary>
    /// <value>
    /// The default is <see langword="null"/>: the model runs its batches. It must then be an <see cref="IBatchModel{TInput, TOutput}"/> of
    /// <see cref="string"/> and <see cref="float"/>[]. The texts of several callers run together if tokens are not counted.
    /// </value>
    public Func<TModel, IReadOnlyList<string>, CancellationToken, IReadOnlyList<float[]>>? Embed { get; init; }

    /// <summary>Counts the tokens of a text for the usage in the result. Runs on the worker of the model's device.</summary>
    /// <value>The default is <see langword="null"/>: results have no usage.</value>
    public Func<TModel, string, int>? CountTokens { get; init; }

    /// <summary>
    /// The maximum number of texts that are computed together. A call with more texts computes them in parts, one after the other.
    /// </summary>
    /// <value>The default is 32.</value>
    public int MaxBatchSize { get; init; } = 32;

    /// <summary>The number of dimensions of the vectors, for the metadata.</summary>
    /// <value>The default is <see langword="null"/>: not known.</value>
    public int? Dimensions { get; init; }

    /// <summary>The priority and the timeout of the leases.</summary>
    public AcquireOptions Acquire { get; init; } = new();

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatchSize, 1, $"options.{nameof(MaxBatchSize)}");
        if (Embed is null && !typeof(TModel).IsAssignableTo(typeof(IBatchModel<string, float[]>)))
            throw new ArgumentException(
                $"{typeof(TModel)} does not run batches of texts. Set {nameof(Embed)}, or let the class implement "
                + "IBatchModel<string, float[]>.",
                "options");
    }
}
