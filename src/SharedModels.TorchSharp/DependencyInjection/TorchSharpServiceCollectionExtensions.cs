using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SharedModels;
using SharedModels.Compute;
using SharedModels.Configuration;
using SharedModels.Cuda;
using SharedModels.Devices;
using SharedModels.TorchSharp;
using SharedModels.TorchSharp.Compute;
using SharedModels.TorchSharp.Devices;
using SharedModels.TorchSharp.Hosting;
using SharedModels.TorchSharp.Modules;
using TorchSharp;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the devices and modules of TorchSharp to an application.</summary>
public static class TorchSharpServiceCollectionExtensions
{
    /// <summary>
    /// Adds the CUDA devices of the machine, Apple's Metal device, and an engine that computes OWLv2 on them. Calling it again has no
    /// effect.
    /// </summary>
    /// <remarks>
    /// A machine without a driver, or an application without TorchSharp's native library, has no such devices. Models that may run on the
    /// CPU then do so.
    /// </remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Configures the options, or <see langword="null"/>.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddTorchSharp(this IServiceCollection services, Action<TorchSharpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (configure is not null)
            services.Configure(configure);
        services.AddOptions<TorchSharpOptions>();
        services.AddCudaDevicesFor<TorchCudaEngine>();
        services.TryAddSingleton(static provider => new TorchRuntime(
            provider.GetRequiredService<CudaRuntime>(), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance));
        services.TryAddSingleton<IComputeEngineFactory, TorchComputeEngineFactory>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDeviceProvider, MpsDeviceProvider>(static _ => new(TorchLibrary.HasMps)));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TorchLibraryHostedService>(static provider => new(
            provider.GetServices<TorchModule>(), provider.GetRequiredService<TorchRuntime>().Logger, static () => TorchLibrary.Problem)));
        return services;
    }

    /// <summary>
    /// Registers a module as a model, and the lease that a scope injects for it. The generator calls this method for a module with
    /// <c>[SharedModel]</c>.
    /// </summary>
    /// <remarks>
    /// <see cref="TorchModel{TModule}"/> loads and moves the module. Its options are read from <c>SharedModels:Models:&lt;id&gt;</c> and
    /// can be set with <c>services.Configure&lt;TorchModelOptions&gt;("id", ...)</c>. This method calls <see cref="AddTorchSharp"/>.
    /// </remarks>
    /// <typeparam name="T">The class of the module.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="id">The model's id.</param>
    /// <param name="factory">
    /// Constructs the module on the host. Services come from a scope that lives as long as the model is loaded.
    /// </param>
    /// <param name="configure">Sets defaults, which the configuration of <c>SharedModels:Models:&lt;id&gt;</c> overrides.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISharedModelsBuilder AddTorchModule<T>(
        this ISharedModelsBuilder builder,
        string id,
        Func<IServiceProvider, T> factory,
        Action<ModelOptions>? configure = null)
        where T : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(factory);
        builder.Services.AddTorchSharp();
        builder.Services.AddSingleton(new TorchModule(id));
        builder.AddModelOptions<TorchModelOptions>(id, TorchModelOptionsBinder.Bind);
        return builder.AddAdaptedModel<T>(
            id,
            provider => new TorchModel<T>(
                () => factory(provider),
                provider.GetModelOptions<TorchModelOptions>(id).CurrentValue,
                provider.GetRequiredService<TorchRuntime>()),
            configure);
    }
}
