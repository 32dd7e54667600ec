using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Endpoints;

/// <summary>Acquires leases before hub methods that require them, and reports failures to callers.</summary>
internal sealed class ModelLeaseHubFilter : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(
        HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            var leases = invocationContext.HubMethod.GetCustomAttribute<RequireModelLeasesAttribute>()
                ?? invocationContext.Hub.GetType().GetCustomAttribute<RequireModelLeasesAttribute>()
                ?? invocationContext.Context.GetHttpContext()?.GetEndpoint()?.Metadata.GetMetadata<RequireModelLeasesAttribute>();
            if (leases is not null)
            {
                await leases.AcquireAsync(
                    invocationContext.Context.GetHttpContext(),
                    invocationContext.ServiceProvider,
                    invocationContext.Context.ConnectionAborted).ConfigureAwait(false);
            }

            return await next(invocationContext).ConfigureAwait(false);
        }
        catch (ModelLeaseException exception)
        {
            // SignalR logs the exception with its cause, and sends only this message.
            throw new HubException(
                ClientMessage.WithRetry(exception, ExceptionDetails.AreIncluded(invocationContext.ServiceProvider)), exception);
        }
    }
}
