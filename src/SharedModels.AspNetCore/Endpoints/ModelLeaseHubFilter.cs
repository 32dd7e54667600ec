using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace SharedModels.AspNetCore.Endpoints;

/// <summary>Acquires leases before hub methods that ask for it, and tells callers why they get none.</summary>
internal sealed class ModelLeaseHubFilter : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            var leases = invocationContext.HubMethod.GetCustomAttribute<RequireModelLeasesAttribute>()
                ?? invocationContext.Hub.GetType().GetCustomAttribute<RequireModelLeasesAttribute>()
                ?? invocationContext.Context.GetHttpContext()?.GetEndpoint()?.Metadata.GetMetadata<RequireModelLeasesAttribute>();
            if (leases is not null)
                await leases.AcquireAsync(invocationContext.ServiceProvider, invocationContext.Context.ConnectionAborted).ConfigureAwait(false);
            return await next(invocationContext).ConfigureAwait(false);
        }
        catch (ModelLeaseException exception)
        {
            // Other exceptions' messages do not reach the caller; these are made to be read.
            throw new HubException(exception.Message, exception);
        }
    }
}
