using Grpc.AspNetCore.Server;
using SharedModels.AspNetCore.Endpoints;
using SharedModels.AspNetCore.Grpc;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>gRPC services whose leases are held before their methods run.</summary>
public static class ModelLeaseGrpcServerBuilderExtensions
{
    /// <summary>
    /// Has services and methods with <see cref="SharedModels.AspNetCore.RequireModelLeasesAttribute"/>, and those that are mapped with
    /// <c>MapGrpcService&lt;T&gt;().RequireModelLeases()</c>, acquire their
    /// leases before they run: all or nothing, in one place of the queue.
    /// </summary>
    /// <remarks>
    /// <para>These are the leases that were injected into the service, or into what it takes. The container has to make the service, so
    /// that they are known before: <c>services.AddScoped&lt;T&gt;()</c>. They are
    /// released when the call is complete; a client that cancels leaves the queue.</para>
    /// <para>A caller that gets no lease, or whose method throws a <see cref="SharedModels.ModelLeaseException"/>, gets the status
    /// <c>Unavailable</c>, <c>FailedPrecondition</c> or <c>NotFound</c>. <c>Unavailable</c> has the trailer <c>grpc-retry-pushback-ms</c>
    /// when the exception says when to try again. The detail of the status names the model, the device and the length of the queue. It
    /// contains the exception's message only with <see cref="SharedModels.AspNetCore.SharedModelsHttpOptions.IncludeExceptionDetails"/>.
    /// Calling this again is harmless.</para>
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
