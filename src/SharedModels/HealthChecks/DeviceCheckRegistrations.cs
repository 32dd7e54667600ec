using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace SharedModels.HealthChecks;

/// <summary>Adds a check for each device as soon as the devices are known.</summary>
internal sealed class DeviceCheckRegistrations(IServiceProvider services) : IConfigureOptions<HealthCheckServiceOptions>
{
    public void Configure(HealthCheckServiceOptions options)
    {
        try
        {
            var manager = services.GetRequiredService<ISharedModelManager>();
            foreach (var device in manager.GetSnapshot().Devices.Select(static device => device.Device))
                options.Registrations.Add(new HealthCheckRegistration(
                    $"sharedmodels-device-{device}", new DeviceCheck(manager, device), failureStatus: null, tags: ["device"]));
        }
        catch (OptionsValidationException)
        {
            // Endpoints are mapped before the settings are validated at startup, which reports the errors.
        }
    }
}
