using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels.Devices;
using SharedModels.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Gives an application under test an accelerator.</summary>
public static class FakeAcceleratorServiceCollectionExtensions
{
    /// <summary>
    /// Adds an accelerator to the devices that the application's models share; fake models find it in the container, too.
    /// </summary>
    /// <param name="services">The application's services: those of <c>ConfigureTestServices</c> in a <c>WebApplicationFactory</c>.</param>
    /// <param name="accelerator">The accelerator.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddFakeAccelerator(this IServiceCollection services, FakeAccelerator accelerator)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(accelerator);
        services.TryAddSingleton(accelerator);
        return services.AddSingleton<IDeviceProvider>(accelerator);
    }
}
