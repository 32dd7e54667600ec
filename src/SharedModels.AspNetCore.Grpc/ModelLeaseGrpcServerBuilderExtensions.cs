using Grpc.AspNetCore.Server;
using SharedModels.AspNetCore.Endpoints;
using SharedModels.AspNetCore.Grpc;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that make gRPC services acquire their leases before their methods run.</summary>
public static class ModelLeaseGrpcServerBuilderExtensions
{
    /// <summary>
    /// Acquires the leases of services and methods that have <see cref="SharedModels.AspNetCore.RequireModelLeasesAttribute"/>, or are
    /// mapped with <c>MapGrpcService&lt;T&gt;().RequireModelLeases()</c>, before they run. The leases of a call are acquired together or
    /// not at all, and occupy one place in the queue.
    /// </summary>
    /// <remarks>
    /// <para>The leases are those of the service and of the services that are injected into it. Register the service with
    /// <c>services.AddScoped&lt;T&gt;()</c>, so that the container creates it and its leases are known before the call. They are released
    /// when the call completes. If the client cancels, the request is removed from the queue.</para>
    /// <para>If a lease cannot be acquired, or a method throws a <see cref="SharedModels.ModelLeaseException"/>, the caller receives the
    /// status <c>Unavailable</c>, <c>FailedPrecondition</c> or <c>NotFound</c>. <c>Unavailable</c> has the trailer
    /// <c>grpc-retry-pushback-ms</c> if the exception specifies when to retry. The detail contains the model, the device and the queue
    /// length. It contains the exception's message only with
    /// <see cref="SharedModels.AspNetCore.SharedModelsHttpOptions.IncludeExceptionDetails"/>.
    /// It is safe to call this method more than once.</para>
    /// </remarks>
    /// <param name="builder">The builder that <c>AddGrpc()</c> returns.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IGrpcServerBuilder AddModelLeases(this IGrpcServerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(static service => service.ServiceType == typeof(ModelLeaseInterceptor)))
            return builder;
        builder.Services.AddExceptionDetailsDefault();
        builder.Services.AddSingleton<ModelLeaseInterceptor>().AddSingleton<GrpcModelLeases>();
        builder.Services.Configure<GrpcServiceOptions>(static options => options.Interceptors.Add<ModelLeaseInterceptor>());
        return builder;
    }
}
