using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels.AspNetCore.Endpoints;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Hubs whose leases are held before their methods run.</summary>
public static class ModelLeaseSignalRServerBuilderExtensions
{
    /// <summary>
    /// Has hubs and hub methods with <see cref="SharedModels.AspNetCore.RequireModelLeasesAttribute"/> acquire their leases before they run, and callers
    /// told why there are none: as a <see cref="HubException"/> with the message of the <see cref="SharedModels.ModelLeaseException"/>.
    /// </summary>
    /// <remarks>Each call of a method has a scope of its own, so that its leases are released when it ends. Calling this again is harmless.</remarks>
    /// <param name="builder">The builder that <c>AddSignalR()</c> returns.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISignalRServerBuilder AddModelLeases(this ISignalRServerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<ModelLeaseHubFilter>();
        builder.Services.Configure<HubOptions>(static options => options.AddFilter<ModelLeaseHubFilter>());
        return builder;
    }
}
