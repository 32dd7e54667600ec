using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using SharedModels;
using SharedModels.AspNetCore;
using SharedModels.AspNetCore.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints whose leases are held before they run.</summary>
public static class ModelLeaseEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Acquires all leases that a handler takes before it runs. They are acquired together or not at all, and
    /// occupy one place in the queue.
    /// </summary>
    /// <remarks>
    /// <para>These are the leases that are injected by then: the handler's parameters, with those of <c>[AsParameters]</c> and of injected
    /// services, and what a controller's constructor takes. The request's body is
    /// read before, so that nobody holds a model while a client uploads.</para>
    /// <para>They are released when the response is complete, as the request's scope ends then; a handler that disposes them releases them
    /// earlier. A client that goes away leaves the queue. Of several conventions on an endpoint the last, which is the nearest, says how to
    /// wait. Attributes are nearer than conventions. Hubs need <c>AddSignalR().AddModelLeases()</c> too, gRPC services
    /// <c>AddGrpc().AddModelLeases()</c> of the package SharedModels.AspNetCore.Grpc, and Razor pages have
    /// <see cref="RequireModelLeasesAttribute"/> instead: each is told when the endpoints are made, which is at start with
    /// <c>AddModelLeaseProblems()</c> or authorization, else with the first request.</para>
    /// </remarks>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">An endpoint of a minimal API, a group of them, or the controllers.</param>
    /// <param name="priority">The priority of the request.</param>
    /// <param name="timeout">The maximum time to wait, or <see langword="null"/> for <c>SharedModels:Leasing:AcquireTimeout</c>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not above zero.</exception>
    public static TBuilder RequireModelLeases<TBuilder>(
        this TBuilder builder, LeasePriority priority = LeasePriority.Normal, TimeSpan? timeout = null)
        where TBuilder : IEndpointConventionBuilder
    {
        var leases = new RequireModelLeasesAttribute
        {
            IsConvention = true,
            Options = new() { Priority = priority, Timeout = RequireModelLeasesAttribute.Checked(timeout) },
        };
        builder.Add(Describe);

        // What lies in a group is described after the group's conventions.
        if (builder is RouteGroupBuilder)
            builder.Finally(Describe);
        return builder.WithMetadata(leases).AddEndpointFilter(async (context, next) =>
        {
            if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<LeasesOfCalls>() is null)
                await (RequireModelLeasesAttribute.NearestTo(context.HttpContext) ?? leases)
                    .AcquireAsync(context.HttpContext)
                    .ConfigureAwait(false);
            return await next(context).ConfigureAwait(false);
        });
    }

    /// <summary>Rejects endpoints for which the filter would silently do nothing, and marks those for which it must do nothing.</summary>
    private static void Describe(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<PageActionDescriptor>().FirstOrDefault() is { } page)
            throw new InvalidOperationException(
                $"RequireModelLeases() does nothing for the Razor page '{page.ViewEnginePath}'; write [RequireModelLeases] on the page's "
                + "model, and map pages outside of groups that require leases.");
        var hub = endpoint.Metadata.OfType<HubMetadata>().FirstOrDefault();
        if (hub is not null && endpoint.ApplicationServices.GetService<ModelLeaseHubFilter>() is null)
            throw new InvalidOperationException(
                $"RequireModelLeases() does nothing for the hub '{hub.HubType.Name}' without the filter for hubs; call "
                + "AddSignalR().AddModelLeases().");
        var isGrpc = endpoint.Metadata.Any(IsGrpc);
        if (isGrpc && endpoint.ApplicationServices.GetService<GrpcModelLeases>() is null)
            throw new InvalidOperationException(
                $"RequireModelLeases() does nothing for '{endpoint.DisplayName}' without the interceptor for gRPC; call "
                + "AddGrpc().AddModelLeases(), of the package SharedModels.AspNetCore.Grpc.");
        if (isGrpc || hub is not null)
            endpoint.Metadata.Add(new LeasesOfCalls());
    }

    private static bool IsGrpc(object metadata) => metadata.GetType().FullName == "Grpc.AspNetCore.Server.GrpcMethodMetadata";
}
