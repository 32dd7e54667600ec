using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SharedModels.AspNetCore;
using SharedModels.AspNetCore.Endpoints;
using SharedModels.AspNetCore.Problems;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that register problem details for requests that cannot acquire a lease.</summary>
public static class ModelLeaseProblemsServiceCollectionExtensions
{
    /// <summary>
    /// Returns problem details (RFC 9457) for each <see cref="SharedModels.ModelLeaseException"/>. The application must call
    /// <c>UseExceptionHandler()</c>.
    /// </summary>
    /// <remarks>
    /// <para>The status is 503 if the queue is full, the wait times out, the device is lost, the model cannot be loaded, or the
    /// application is stopping. It is 507 if the model can never fit, 404 for an unknown id, and 409 if a model to be evicted is in use. A
    /// 503 response has <c>Retry-After</c> if the exception specifies when to retry. It has none if waiting does not help.</para>
    /// <para>The body contains the model, the device and the queue length. It contains the exception's message only with
    /// <see cref="SharedModelsHttpOptions.IncludeExceptionDetails"/>, and never a stack trace. Use <c>AddProblemDetails</c> to customize
    /// it.</para>
    /// <para>The log contains the full message. The level is <c>Warning</c> for a fault. It is <c>Debug</c> for a full queue, a timeout or
    /// a stopping application, because these entries can be frequent and metrics count them. If the client has disconnected, no response
    /// is written and nothing is logged.</para>
    /// <para>The endpoints are built at startup, so that a <c>RequireModelLeases()</c> without effect stops the application. It is safe to
    /// call this method more than once.</para>
    /// </remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">A delegate that sets which details about failures clients receive.</param>
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
