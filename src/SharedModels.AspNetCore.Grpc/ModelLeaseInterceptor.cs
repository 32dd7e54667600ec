using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SharedModels.AspNetCore.Problems;

namespace SharedModels.AspNetCore.Grpc;

/// <summary>Acquires leases before methods that require them, and returns a status if that fails.</summary>
internal sealed class ModelLeaseInterceptor(ILogger<ModelLeaseInterceptor> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => EndAsync(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        RunAsync(context, () => EndAsync(continuation(requestStream, responseStream, context)));

    private async Task<T> RunAsync<T>(ServerCallContext context, Func<Task<T>> method)
    {
        try
        {
            await AcquireAsync(context.GetHttpContext(), context.CancellationToken).ConfigureAwait(false);
            return await method().ConfigureAwait(false);
        }
        catch (ModelLeaseException exception)
        {
            var answer = ModelLeaseStatus.Create(exception, ExceptionDetails.AreIncluded(context.GetHttpContext().RequestServices));
            if (ModelLeaseProblem.StatusOf(exception) >= StatusCodes.Status500InternalServerError)
                Write(answer.StatusCode, context.Method, exception);
            throw answer;
        }
    }

    private void Write(StatusCode status, string method, ModelLeaseException exception)
    {
        var level = ModelLeaseProblem.LevelOf(exception);
        if (!logger.IsEnabled(level))
            return;
        var message = ExceptionDetails.Of(exception);
        Log.Rejected(logger, level, status, method, message);
    }

    private static async ValueTask AcquireAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (RequireModelLeasesAttribute.NearestTo(context) is not { } leases)
            return;

        // gRPC resolves the service after this. If the container has it, resolving it here makes its leases known to the scope.
        var service = context.GetEndpoint()!.Metadata.GetRequiredMetadata<GrpcMethodMetadata>().ServiceType;
        if (context.RequestServices.GetService(service) is null)
            throw new InvalidOperationException(
                $"The leases of the gRPC service '{service.Name}' are not known before it is created; register it in the container: "
                + $"services.AddScoped<{service.Name}>().");
        try
        {
            await leases.AcquireAsync(context, context.RequestServices, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new(StatusCode.Cancelled, "The call was canceled while it waited for its models."));
        }
    }

    private static async Task<bool> EndAsync(Task stream)
    {
        await stream.ConfigureAwait(false);
        return true;
    }
}
