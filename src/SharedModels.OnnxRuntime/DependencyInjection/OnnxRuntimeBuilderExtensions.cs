using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;
using SharedModels.Configuration;
using SharedModels.OnnxRuntime;
using SharedModels.OnnxRuntime.DependencyInjection;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers models that ONNX Runtime computes.</summary>
public static class OnnxRuntimeBuilderExtensions
{
    /// <summary>
    /// Adds the CUDA devices of the machine if the native library of ONNX Runtime can compute on them. Needed only for classes that derive
    /// from <see cref="OnnxModel"/>, because <see cref="AddOnnxModel"/> calls it. Calling it again has no effect.
    /// </summary>
    /// <param name="builder">The builder that <c>AddSharedModels</c> returns.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddOnnxRuntime(this ISharedModelsBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddCudaDevicesFor<OnnxCudaEngine>();
        return builder;
    }

    /// <summary>
    /// Registers a model that needs no class. Its lease provides the session:
    /// <c>[FromKeyedServices("minilm")] IModelLease&lt;InferenceSession&gt;</c>.
    /// </summary>
    /// <remarks>
    /// A lease without a key leases the first session that is registered. The configuration in <c>SharedModels:Models:&lt;id&gt;</c>
    /// overrides the options, and contains the settings of every model (<c>Device</c>, <c>KeepAlive</c>, <c>MaxLeases</c>,
    /// <c>Preload</c>).
    /// </remarks>
    /// <param name="builder">The builder that <c>AddSharedModels</c> returns.</param>
    /// <param name="id">The model's id.</param>
    /// <param name="configure">Sets the options, or <see langword="null"/> to read them from the configuration.</param>
    /// <param name="configureModel">Sets defaults of the settings of every model, or <see langword="null"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddOnnxModel(
        this ISharedModelsBuilder builder,
        string id,
        Action<OnnxModelOptions>? configure = null,
        Action<ModelOptions>? configureModel = null)
    {
        return AddOptions(builder, id, configure, OnnxModelOptionsBinder.Bind).AddAdaptedModel<InferenceSession>(
            id, provider => Create<OnnxModelOptions, OnnxSessionModel>(provider, id, static (o, logger) => new(o, logger)), configureModel);
    }

    /// <summary>
    /// Registers a text embedding model. Its lease is <c>[FromKeyedServices("minilm")] IModelLease&lt;TextEmbeddingModel&gt;</c>.
    /// </summary>
    /// <inheritdoc cref="AddOnnxModel" path="/remarks"/>
    /// <param name="builder">The builder that <c>AddSharedModels</c> returns.</param>
    /// <param name="id">The model's id.</param>
    /// <param name="configure">Sets the options, or <see langword="null"/> to read them from the configuration.</param>
    /// <param name="configureModel">Sets defaults of the settings of every model, or <see langword="null"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddTextEmbeddingModel(
        this ISharedModelsBuilder builder,
        string id,
        Action<TextEmbeddingOptions>? configure = null,
        Action<ModelOptions>? configureModel = null)
    {
        return AddOptions(builder, id, configure, OnnxModelOptionsBinder.BindTextEmbedding).AddModel(
            id, provider => Create<TextEmbeddingOptions, TextEmbeddingModel>(provider, id, static (o, log) => new(o, log)), configureModel);
    }

    private static ISharedModelsBuilder AddOptions<TOptions>(
        ISharedModelsBuilder builder, string id, Action<TOptions>? configure, Action<IConfigurationSection, TOptions> bind)
        where TOptions : OnnxModelOptions, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(id);
        if (configure is not null)
            builder.Services.Configure(id, configure);
        return builder.AddOnnxRuntime().AddModelOptions(id, bind);
    }

    private static TModel Create<TOptions, TModel>(IServiceProvider provider, string id, Func<TOptions, ILogger?, TModel> create)
        where TOptions : OnnxModelOptions, new()
        => create(
            provider.GetModelOptions<TOptions>(id).CurrentValue, provider.GetService<ILoggerFactory>()?.CreateLogger<OnnxModel>());
}
