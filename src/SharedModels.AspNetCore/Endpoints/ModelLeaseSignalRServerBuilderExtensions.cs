using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels.AspNetCore.Endpoints;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that make hubs acquire their leases before their methods run.</summary>
public static class ModelLeaseSignalRServerBuilderExtensions
{
    /// <summary>
    /// Acquires the leases of hubs and hub methods with <see cref="SharedModels.AspNetCore.RequireModelLeasesAttribute"/> before they run.
    /// If a lease cannot be acquired, the caller receives a <see cref="HubException"/> with the reason.
    /// </summary>
    /// <remarks>
    /// <para>Each method call has its own scope, so its leases are released when the call ends. It is safe to call this method more than
    /// once.</para>
    /// <para>The <see cref="HubException"/> contains the model, the device, the queue length and the time after which to retry. It contains
    /// the message of the <see cref="SharedModels.ModelLeaseException"/> only with
    /// <see cref="SharedModels.AspNetCore.SharedModelsHttpOptions.IncludeExceptionDetails"/>. SignalR reports a failure in a stream that
    /// has begun without a reason. To report it, catch the <see cref="SharedModels.ModelLeaseException"/> in the stream.</para>
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
