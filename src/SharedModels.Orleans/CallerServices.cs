using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SharedModels.Clustering.Telemetry;
using SharedModels.Orleans.Callers;
using SharedModels.Orleans.Messages;

namespace SharedModels.Orleans;

/// <summary>Registers what silos and clients need to call models.</summary>
internal static class CallerServices
{
    public static void Add(IServiceCollection services, Action<RemoteModelOptions>? configure)
    {
        services.AddOptions<RemoteModelOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RemoteModelOptions>, RemoteModelOptionsValidator>());
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Payloads>();
        services.TryAddSingleton<ModelNodes>();
        services.AddMetrics();
        services.TryAddSingleton(static provider => new ClusterMetrics(
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<ModelNodes>().Describe,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(typeof(IModelClient<>), typeof(ModelClient<>));
    }

    /// <summary>Changes a default. The settings of the application are applied after it, wherever they are registered.</summary>
    public static void Default<TOptions>(IServiceCollection services, Action<TOptions> configure)
        where TOptions : class
        => services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<TOptions>>(new ConfigureOptions<TOptions>(configure)));
}
