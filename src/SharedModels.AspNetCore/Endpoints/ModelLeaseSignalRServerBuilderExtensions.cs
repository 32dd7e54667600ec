using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels.AspNetCore.Endpoints;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Hubs whose leases are held before their methods run.</summary>
public static class ModelLeaseSignalRServerBuilderExtensions
{
    /// <summary>
    /// Acquires the leases of hubs and hub methods with <see cref="SharedModels.AspNetCore.RequireModelLeasesAttribute"/> before they run.
    /// A caller that gets no lease gets a <see cref="HubException"/> that says why.
    /// </summary>
    /// <remarks>
    /// <para>Each call of a method has its own scope, so that its leases are released when it ends. Calling this again is harmless.</para>
    /// <para>The <see cref="HubException"/> names the model, the device, the length of the queue and when to try again. It contains the
    /// message of the <see cref="SharedModels.ModelLeaseException"/> only with
    /// <see cref="SharedModels.AspNetCore.SharedModelsHttpOptions.IncludeExceptionDetails"/>.</para>
    /// </remarks>
    /// <param name="builder">The builder that <c>AddSignalR()</c> returns.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISignalRServerBuilder AddModelLeases(this ISignalRServerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<ModelLeaseHubFilter>();
        builder.Services.AddExceptionDetailsDefault();
        builder.Services.Configure<HubOptions>(static options => options.AddFilter<ModelLeaseHubFilter>());
        return builder;
    }
}
