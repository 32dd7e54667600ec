using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using SharedModels;
using SharedModels.AspNetCore;
using SharedModels.AspNetCore.Endpoints;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Extension methods that make endpoints acquire their leases before they run.</summary>
public static class ModelLeaseEndpointConventionBuilderExtensions
{
    /// <summary>
    /// Acquires all leases of an endpoint before it runs. Leases are acquired together or not at all, occupy one place in the queue, and
    /// are released when the response completes.
    /// </summary>
    /// <remarks>
    /// <para>These are the leases that have been injected by then: into the handler's parameters (including <c>[AsParameters]</c>), into
    /// injected services, and into a controller's constructor. The request body is read first, so that no model is held while a client
    /// uploads.</para>
    /// <para>A handler can dispose its leases to release them earlier. If the client disconnects, the request is removed from the queue.
    /// If an endpoint has several conventions, the priority and timeout of the last one, which is the nearest, apply. Attributes take
    /// precedence over conventions.</para>
    /// <para>Hubs also need <c>AddSignalR().AddModelLeases()</c>. gRPC services also need <c>AddGrpc().AddModelLeases()</c> from the
    /// package SharedModels.AspNetCore.Grpc. Razor pages need <see cref="RequireModelLeasesAttribute"/> instead, and Razor components
    /// acquire their leases themselves. Otherwise an <see cref="InvalidOperationException"/> is thrown when the endpoints are built: at
    /// startup with <c>AddModelLeaseProblems()</c> or authorization, or else on the first request.</para>
    /// </remarks>
    /// <typeparam name="TBuilder">The type of the builder.</typeparam>
    /// <param name="builder">The endpoint of a minimal API, a route group, or the controllers.</param>
    /// <param name="priority">The priority of the request.</param>
    /// <param name="timeout">The maximum time to wait, or <see langword="null"/> for <c>SharedModels:Leasing:AcquireTimeout</c>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not greater than zero.</exception>
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

        // The endpoints of a group receive their metadata after the group's conventions.
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

    /// <summary>
    /// Rejects endpoints on which the filter would have no effect, and marks endpoints whose calls acquire their own leases.
    /// </summary>
    private static void Describe(EndpointBuilder endpoint)
    {
        RequiredManager.Check(endpoint.ApplicationServices, $"RequireModelLeases() on '{endpoint.DisplayName}'");
        if (endpoint.Metadata.OfType<PageActionDescriptor>().FirstOrDefault() is { } page)
            throw new InvalidOperationException(
                $"RequireModelLeases() has no effect on the Razor page '{page.ViewEnginePath}'; put [RequireModelLeases] on the page's "
                + "model, and map pages outside of groups that require leases.");
        if (endpoint.Metadata.Any(IsComponent))
            throw new InvalidOperationException(
                $"RequireModelLeases() has no effect on the Razor component '{endpoint.DisplayName}'; acquire the leases in the component, "
                + "and map components outside of groups that require leases.");
        var hub = endpoint.Metadata.OfType<HubMetadata>().FirstOrDefault();
        if (hub is not null && endpoint.ApplicationServices.GetService<ModelLeaseHubFilter>() is null)
            throw new InvalidOperationException(
                $"RequireModelLeases() has no effect on the hub '{hub.HubType.Name}' without the filter for hubs; call "
                + "AddSignalR().AddModelLeases().");
        var isGrpc = endpoint.Metadata.Any(IsGrpc);
        if (isGrpc && endpoint.ApplicationServices.GetService<GrpcModelLeases>() is null)
            throw new InvalidOperationException(
                $"RequireModelLeases() has no effect on '{endpoint.DisplayName}' without the interceptor for gRPC; call "
                + "AddGrpc().AddModelLeases() from the package SharedModels.AspNetCore.Grpc.");
        if (isGrpc || hub is not null)
            endpoint.Metadata.Add(new LeasesOfCalls());
    }

    private static bool IsComponent(object metadata) =>
        metadata.GetType().FullName == "Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata";

    private static bool IsGrpc(object metadata) => metadata.GetType().FullName == "Grpc.AspNetCore.Server.GrpcMethodMetadata";
}
