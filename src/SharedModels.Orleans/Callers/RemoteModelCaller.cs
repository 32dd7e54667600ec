using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SharedModels.Clustering.Telemetry;
using SharedModels.Contracts;
using SharedModels.Orleans.Messages;
using SharedModels.Routing;

namespace SharedModels.Orleans.Callers;

/// <summary>
/// Sends the calls of a model to the node that the router chooses, and to another one if the first rejects the call, is not a member, or
/// is lost and the method allows it.
/// </summary>
internal sealed class RemoteModelCaller(
    ModelNodes nodes, Payloads payloads, ClusterMetrics metrics, string model, AcquireOptions options, ILogger logger)
    : IRemoteModelCaller
{
    private readonly ModelDemand _demand = new(model);

    public async Task<TResult> InvokeAsync<TContract, TArguments, TResult>(
        RemoteCall<TContract, TArguments, TResult> method, TArguments arguments, CancellationToken cancellationToken)
        where TContract : class
    {
        var prepared = await PrepareAsync<TContract, TArguments>(method, arguments, cancellationToken).ConfigureAwait(false);
        using var attempts = Begin(method, prepared);
        while (true)
        {
            var (sent, call) = attempts.Next();
            using var sentEnd = sent;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sent.Lost);
            ModelReply reply;
            try
            {
                // The token ends the call on the node. If the link is cut, it does not arrive there, and its acknowledgement does not
                // arrive here.
                reply = await sent.Node.Grain.InvokeAsync(call, end.Token).WaitAsync(sent.Lost).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // A node that is lost to this caller may still compute, and receive the cancellation later.
                await end.CancelAsync().ConfigureAwait(false);
                attempts.Fail(sent.Node, exception, cancellationToken);
                continue;
            }

            if (attempts.Accepts(sent.Node, reply))
            {
                attempts.End();
                return reply.Error is { } error ? throw ModelErrors.ToException(error) : payloads.Read<TResult>(reply.Result);
            }
        }
    }

    public IAsyncEnumerable<TItem> StreamAsync<TContract, TArguments, TItem>(
        RemoteStream<TContract, TArguments, TItem> method, TArguments arguments, CancellationToken cancellationToken)
        where TContract : class
        => ReadAsync<TContract, TArguments, TItem>(method, arguments, cancellationToken);

    private async IAsyncEnumerable<TItem> ReadAsync<TContract, TArguments, TItem>(
        RemoteMethod method,
        TArguments arguments,
        CancellationToken callToken,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(callToken, cancellationToken);
        var prepared = await PrepareAsync<TContract, TArguments>(method, arguments, end.Token).ConfigureAwait(false);
        using var attempts = Begin(method, prepared);
        RemoteReplies replies;
        while (true)
        {
            var (sent, call) = attempts.Next();
            replies = new(sent.Node.Grain.StreamAsync(call, end.Token).GetAsyncEnumerator(end.Token), sent);
            try
            {
                if (!await replies.MoveNextAsync().ConfigureAwait(false))
                    throw new InvalidOperationException($"Node {sent.Node.Id} has not answered the call.");
            }
            catch (Exception exception)
            {
                await replies.DisposeAsync().ConfigureAwait(false);
                attempts.Fail(sent.Node, exception, end.Token);
                continue;
            }

            if (attempts.Accepts(sent.Node, replies.Current))
                break;
            await replies.DisposeAsync().ConfigureAwait(false);
        }

        // The stream has begun, so it cannot continue on another node.
        var isOver = false;
        try
        {
            if (replies.Current.Error is { } error)
                throw ModelErrors.ToException(error);
            while (await MoveNextAsync().ConfigureAwait(false))
            {
                if (replies.Current.Error is { } itemError)
                    throw ModelErrors.ToException(itemError);
                yield return payloads.Read<TItem>(replies.Current.Result);
            }
        }
        finally
        {
            if (!isOver)
                attempts.End();
            await replies.DisposeAsync().ConfigureAwait(false);
        }

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                return await replies.MoveNextAsync().ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                isOver = true;
                throw attempts.Lose(exception, end.Token);
            }
        }
    }

    private async Task<ModelCall> PrepareAsync<TContract, TArguments>(
        RemoteMethod method, TArguments arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var payload = payloads.Write(arguments, $"The arguments of {method.Name} of model '{model}' together");
        await nodes.ReadyAsync(cancellationToken).ConfigureAwait(false);
        return new()
        {
            Caller = nodes.Caller,
            Model = model,
            Contract = typeof(TContract).FullName!,
            Method = method.Name,
            Arguments = payload,
            Priority = options.Priority,
            Tenant = options.Tenant,
            Timeout = options.Timeout,
        };
    }

    // Starts an activity, which becomes that of the calling method.
    private CallAttempts Begin(RemoteMethod method, ModelCall call) => new(nodes, metrics, method, call, new(_demand), logger);
}
