using System.Globalization;
using Microsoft.Extensions.AI;

namespace SharedModels.Extensions.AI;

/// <summary>
/// Generates embeddings of texts with a shared model. Each call leases the model, which is loaded if necessary, and releases it at the end.
/// The texts of several callers run together if the model runs its own batches.
/// </summary>
/// <remarks>
/// <para>
/// All members are thread-safe. A singleton can be used everywhere, because it holds no lease between calls. Disposing it has no effect.
/// </para>
/// <para>
/// <see cref="EmbeddingGenerationOptions.ModelId"/> selects another registered model of the same class. The calls fail as leases do, for
/// example with a <see cref="LeaseRejectedException"/> if the queue is full.
/// </para>
/// </remarks>
/// <typeparam name="TModel">The class of the model.</typeparam>
public sealed class SharedModelEmbeddingGenerator<TModel> : IEmbeddingGenerator<string, Embedding<float>>
    where TModel : class
{
    private readonly ISharedModelManager _manager;
    private readonly Func<TModel, IReadOnlyList<string>, CancellationToken, IReadOnlyList<float[]>> _embed;
    private readonly string _id;
    private readonly SharedModelEmbeddingOptions<TModel> _options;
    private readonly TimeProvider _time;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Creates a generator.</summary>
    /// <param name="manager">The manager that leases the model.</param>
    /// <param name="id">The model's id.</param>
    /// <param name="options">The code that uses the model, and the settings of the calls.</param>
    /// <param name="time">The clock for the time at which embeddings are created. The default is the system's clock.</param>
    /// <exception cref="ArgumentException">
    /// The options have no <see cref="SharedModelEmbeddingOptions{TModel}.Embed"/>, and the model does not run batches of texts.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The maximum batch size is less than 1.</exception>
    public SharedModelEmbeddingGenerator(
        ISharedModelManager manager, string id, SharedModelEmbeddingOptions<TModel> options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(manager);
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _manager = manager;
        _embed = options.Embed ?? (static (model, texts, token) => ((IBatchModel<string, float[]>)model).InvokeBatch(texts, token));
        _id = id;
        _options = options;
        _time = time ?? TimeProvider.System;
        _metadata = new("sharedmodels", providerUri: null, id, options.Dimensions);
    }

    /// <summary>Generates an embedding for each text.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">The id of another model, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">A token to cancel the wait for the model and its computation.</param>
    /// <returns>The embeddings in the order of the texts, with the number of tokens if the model counts them.</returns>
    /// <exception cref="ArgumentException">A text is <see langword="null"/>.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model returned a different number of vectors, or <see langword="null"/> as a vector.
    /// </exception>
    /// <exception cref="NotSupportedException">The options request another number of dimensions than the model has.</exception>
    /// <exception cref="UnknownModelException">No model is registered under the requested id.</exception>
    /// <exception cref="ModelLeaseException">The model could not be leased.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = values.ToArray();
        if (Array.IndexOf(texts, null) is >= 0 and var missing)
            throw new ArgumentException($"Text {missing} is null.", nameof(values));
        var id = options?.ModelId ?? _id;
        var embeddings = new GeneratedEmbeddings<Embedding<float>>(texts.Length);
        long tokens = 0;
        if (_options is { Embed: null, CountTokens: null })
        {
            foreach (var part in texts.Chunk(_options.MaxBatchSize))
            {
                var runs = Array.ConvertAll(
                    part, text => _manager.RunAsync<string, float[]>(id, text, _options.Acquire, cancellationToken).AsTask());
                foreach (var vector in await Task.WhenAll(runs).ConfigureAwait(false))
                    Add(vector);
            }
        }
        else if (texts.Length > 0)
        {
            var lease = await _manager.FetchModelAsync<TModel>(id, _options.Acquire, cancellationToken).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                foreach (var part in texts.Chunk(_options.MaxBatchSize))
                {
                    var (vectors, partTokens) = await EmbedAsync(lease, part, cancellationToken).ConfigureAwait(false);
                    tokens += partTokens;
                    foreach (var vector in vectors)
                        Add(vector);
                }
            }
        }

        if (_options.CountTokens is not null)
            embeddings.Usage = new() { InputTokenCount = tokens, TotalTokenCount = tokens };
        return embeddings;

        void Add(float[] vector)
        {
            if (vector is null)
                throw new InvalidOperationException($"Model '{id}' returned null as the vector of text {embeddings.Count}.");
            RequireDimensions(options, id, vector);
            embeddings.Add(new(vector) { CreatedAt = _time.GetUtcNow(), ModelId = id });
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(EmbeddingGeneratorMetadata))
            return _metadata;
        if (serviceType.IsInstanceOfType(this))
            return this;
        return serviceType == typeof(ISharedModelManager) ? _manager : null;
    }

    /// <summary>Does nothing. The manager owns the model.</summary>
    public void Dispose()
    {
    }

    /// <summary>Computes the vectors of several texts together. Everything that the model does for a call is here.</summary>
    private async ValueTask<(IReadOnlyList<float[]> Vectors, long Tokens)> EmbedAsync(
        IModelLease<TModel> lease, string[] texts, CancellationToken cancellationToken)
    {
        var (vectors, tokens) = await lease.InvokeAsync(
            model => (_embed(model, texts, cancellationToken), texts.Sum(text => CountTokens(model, text))),
            cancellationToken).ConfigureAwait(false);
        return vectors?.Count == texts.Length ? (vectors, tokens) : throw new InvalidOperationException(
            $"Model '{lease.ModelId}' returned {vectors?.Count.ToString(CultureInfo.InvariantCulture) ?? "null instead of"} vectors for "
            + $"{texts.Length} texts.");
    }

    private long CountTokens(TModel model, string text) => _options.CountTokens?.Invoke(model, text) ?? 0;

    private static void RequireDimensions(EmbeddingGenerationOptions? options, string id, float[] vector)
    {
        if (options?.Dimensions is { } dimensions && dimensions != vector.Length)
            throw new NotSupportedException(
                $"Model '{id}' has {vector.Length} dimensions, but {dimensions} were requested. Omit {nameof(options.Dimensions)}, or "
                + $"select another model with {nameof(options.ModelId)}.");
    }
}
