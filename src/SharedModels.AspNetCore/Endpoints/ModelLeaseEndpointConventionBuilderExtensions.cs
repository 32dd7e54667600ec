using Microsoft.AspNetCore.Http;
using SharedModels;
using SharedModels.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Endpoints whose leases are held before they run.</summary>
public static class ModelLeaseEndpointConventionBuilderExtensions
{
    /// <summary>Has every lease acquired that a handler takes, before it runs: all or nothing, in one place of the queue.</summary>
    /// <remarks>
    /// <para>These are the leases that are injected by then: the handler's parameters, with those of <c>[AsParameters]</c> and of injected services, and
    /// what a controller's constructor takes. The request's body is read before, so that nobody holds a model while a client uploads.</para>
    /// <para>They are released when the response is complete, as the request's scope ends then; a handler that disposes them releases them earlier. A
    /// client that goes away leaves the queue. Of several conventions on an endpoint the last, which is the nearest, says how to wait. Razor pages and
    /// hubs have <see cref="RequireModelLeasesAttribute"/> instead.</para>
    /// </remarks>
    /// <typeparam name="TBuilder">What is mapped.</typeparam>
    /// <param name="builder">An endpoint of a minimal API, a group of them, or the controllers.</param>
    /// <param name="priority">Before which other requests it goes.</param>
    /// <param name="timeout">How long the request waits at most, or <see langword="null"/> for <c>SharedModels:Leasing:AcquireTimeout</c>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not above zero.</exception>
    public static TBuilder RequireModelLeases<TBuilder>(this TBuilder builder, LeasePriority priority = LeasePriority.Normal, TimeSpan? timeout = null)
        where TBuilder : IEndpointConventionBuilder
    {
        var leases = new RequireModelLeasesAttribute { Options = new() { Priority = priority, Timeout = RequireModelLeasesAttribute.Checked(timeout) } };
        return builder.WithMetadata(leases).AddEndpointFilter(async (context, next) =>
        {
            var nearest = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RequireModelLeasesAttribute>() ?? leases;
            await nearest.AcquireAsync(context.HttpContext).ConfigureAwait(false);
            return await next(context).ConfigureAwait(false);
        });
    }
}
