using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore;

/// <summary>Checks that the application has registered the manager before something is mapped that needs it.</summary>
internal static class RequiredManager
{
    /// <exception cref="InvalidOperationException">The manager is not registered.</exception>
    public static void Check(IServiceProvider services, string call)
    {
        if (services.GetService<IServiceProviderIsService>()?.IsService(typeof(ISharedModelManager)) == false)
            throw new InvalidOperationException(
                $"{call} needs the manager of shared models. Call builder.Services.AddSharedModels() before the application is built.");
    }
}
