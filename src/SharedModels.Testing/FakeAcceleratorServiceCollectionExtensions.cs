using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels.Devices;
using SharedModels.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that add a fake accelerator to an application under test.</summary>
public static class FakeAcceleratorServiceCollectionExtensions
{
    /// <summary>
    /// Adds an accelerator to the devices that the application's models share. Fake models can also resolve it from the container.
    /// </summary>
    /// <param name="services">
    /// The application's services, for example in <c>ConfigureTestServices</c> of a <c>WebApplicationFactory</c>.
    /// </param>
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
