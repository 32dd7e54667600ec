using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>Rejects every call, and records the number of leases that were held by then.</summary>
internal sealed class RejectingInterceptor : Interceptor
{
    public int? ActiveLeases { get; private set; }

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var manager = context.GetHttpContext().RequestServices.GetRequiredService<ISharedModelManager>();
        ActiveLeases = manager.GetSnapshot().Models.Sum(static model => model.ActiveLeases);
        throw new RpcException(new(StatusCode.PermissionDenied, "No."));
    }
}
