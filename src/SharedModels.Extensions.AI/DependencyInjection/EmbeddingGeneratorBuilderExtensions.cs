using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels;
using SharedModels.Extensions.AI;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers embedding generators that lease shared models.</summary>
public static class EmbeddingGeneratorBuilderExtensions
{
    /// <summary>
    /// Registers an <see cref="IEmbeddingGenerator{String, Embedding}"/> that leases a model, under the model's id as key. The first one is
    /// also registered without a key.
    /// </summary>
    /// <remarks>
    /// To put caching, telemetry or logging around it, register a pipeline with the package Microsoft.Extensions.AI:
    /// <c>services.AddEmbeddingGenerator(p =&gt; p.GetRequiredKeyedService&lt;IEmbeddingGenerator&lt;string,
    /// Embedding&lt;float&gt;&gt;&gt;("minilm")).UseOpenTelemetry()</c>.
    /// </remarks>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <param name="builder">The builder that <c>AddSharedModels</c> returns.</param>
    /// <param name="id">The model's id. The model itself is registered separately.</param>
    /// <param name="options">The code that uses the model, and the settings of the calls.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException">
    /// The options have no <see cref="SharedModelEmbeddingOptions{TModel}.Embed"/>, and the model does not run batches of texts.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The maximum batch size is less than 1.</exception>
    public static ISharedModelsBuilder AddEmbeddingGenerator<TModel>(
        this ISharedModelsBuilder builder, string id, SharedModelEmbeddingOptions<TModel> options)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        builder.Services.AddKeyedSingleton<IEmbeddingGenerator<string, Embedding<float>>>(
            id,
            (provider, _) => new SharedModelEmbeddingGenerator<TModel>(
                provider.GetRequiredService<ISharedModelManager>(), id, options, provider.GetService<TimeProvider>()));
        builder.Services.TryAddSingleton(
            provider => provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(id));
        return builder;
    }

    /// <summary>
    /// Registers an <see cref="IEmbeddingGenerator{String, Embedding}"/> for a model that runs batches of texts, under the model's id as
    /// key. The texts of several callers run together. The first generator is also registered without a key.
    /// </summary>
    /// <typeparam name="TModel">The class of the model.</typeparam>
    /// <param name="builder">The builder that <c>AddSharedModels</c> returns.</param>
    /// <param name="id">The model's id. The model itself is registered separately.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddEmbeddingGenerator<TModel>(this ISharedModelsBuilder builder, string id)
        where TModel : class, IBatchModel<string, float[]> => builder.AddEmbeddingGenerator<TModel>(id, new());

    /// <inheritdoc cref="AddEmbeddingGenerator{TModel}(ISharedModelsBuilder, string, SharedModelEmbeddingOptions{TModel})"/>
    /// <param name="builder">The builder that <c>AddSharedModels</c> returns.</param>
    /// <param name="id">The model's id. The model itself is registered separately.</param>
    /// <param name="embed">Computes the vectors of texts: one for each text, in the same order.</param>
    /// <param name="countTokens">Counts the tokens of a text for the usage in the results, or <see langword="null"/>.</param>
    public static ISharedModelsBuilder AddEmbeddingGenerator<TModel>(
        this ISharedModelsBuilder builder,
        string id,
        Func<TModel, IReadOnlyList<string>, CancellationToken, IReadOnlyList<float[]>> embed,
        Func<TModel, string, int>? countTokens = null)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(embed);
        return builder.AddEmbeddingGenerator<TModel>(id, new() { Embed = embed, CountTokens = countTokens });
    }
}
