using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SharedModels.AspNetCore.Endpoints;
using SharedModels.AspNetCore.Problems;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Honest answers when there is no lease.</summary>
public static class ModelLeaseProblemsServiceCollectionExtensions
{
    /// <summary>Has each <see cref="SharedModels.ModelLeaseException"/> answered with problem details (RFC 9457); the application calls <c>UseExceptionHandler()</c>.</summary>
    /// <remarks>
    /// <para>503 with <c>Retry-After</c> if the queue is full, the wait was too long, the device is lost, the model could not be loaded, or the application
    /// stops; 507 if the model can never fit; 404 for an unknown id; 409 if a model in use was to be evicted. The body names the model, the device and the
    /// length of the queue, never a stack trace. <c>AddProblemDetails</c> customises it as any other.</para>
    /// <para>Faults leave a warning in the log; refusals by a full queue, a wait that was too long or an application that stops a line of level
    /// <c>Debug</c>, as there may be thousands and metrics count them. A client that has gone away gets no answer and leaves no line. Calling this again is
    /// harmless.</para>
    /// <para>The endpoints are made at start, so that a <c>RequireModelLeases()</c> that would do nothing is refused then.</para>
    /// </remarks>
    /// <param name="services">The application's services.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddModelLeaseProblems(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddProblemDetails();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, ModelLeaseExceptionHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, EndpointsAtStart>());
        return services;
    }
}
