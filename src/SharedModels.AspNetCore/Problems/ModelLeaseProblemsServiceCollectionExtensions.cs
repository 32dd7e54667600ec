using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore;
using SharedModels.AspNetCore.Endpoints;
using SharedModels.AspNetCore.Problems;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers problem details for requests that get no lease.</summary>
public static class ModelLeaseProblemsServiceCollectionExtensions
{
    /// <summary>
    /// Answers each <see cref="SharedModels.ModelLeaseException"/> with problem
    /// details (RFC 9457). The application calls <c>UseExceptionHandler()</c>.
    /// </summary>
    /// <remarks>
    /// <para>The status is 503 when the queue is full, the wait was too long, the device is lost, the model could not be loaded, or the
    /// application is stopping; 507 when the model can never fit; 404 for an unknown id; 409 when a model to be evicted is in use. A 503
    /// has <c>Retry-After</c> when the exception says when to try again, and none when waiting does not help.</para>
    /// <para>The body names the model, the device and the length of the queue. It contains the exception's message only with
    /// <see cref="SharedModelsHttpOptions.IncludeExceptionDetails"/>, and never a
    /// stack trace. <c>AddProblemDetails</c> customizes it like any other.</para>
    /// <para>The log has the full message: a warning for a fault, and a line of level <c>Debug</c> for a full queue, a wait that was too
    /// long or an application that is stopping, because there may be thousands and metrics count them. A client that has gone away gets no
    /// answer and leaves no line. Calling this again is harmless.</para>
    /// <para>The endpoints are created at startup, so that a <c>RequireModelLeases()</c> without effect stops the application then.</para>
    /// </remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets what clients learn about failures.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddModelLeaseProblems(
        this IServiceCollection services, Action<SharedModelsHttpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddProblemDetails();
        services.AddExceptionDetailsDefault();
        if (configure is not null)
            services.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IExceptionHandler, ModelLeaseExceptionHandler>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, EndpointsAtStart>());
        return services;
    }

    internal static void AddExceptionDetailsDefault(this IServiceCollection services) =>
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<SharedModelsHttpOptions>, ExceptionDetailsDefault>());
}
