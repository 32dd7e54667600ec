using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SharedModels.Vision.Imaging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the image decoder.</summary>
public static class ImagingServiceCollectionExtensions
{
    /// <summary>Registers <see cref="ImageDecoder"/> as the <see cref="IImageDecoder"/>, unless one is already registered.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">
    /// Configures the limits, in addition to earlier calls. They are validated when the application starts.
    /// </param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddImageDecoding(this IServiceCollection services, Action<ImageDecoderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ImageDecoderOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ImageDecoderOptions>, ImageDecoderOptionsValidator>());
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton<IImageDecoder>(provider => new ImageDecoder(provider.GetRequiredService<IOptions<ImageDecoderOptions>>()));
        return services;
    }
}
