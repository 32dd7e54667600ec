using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SharedModels.Contracts;
using SharedModels.Diagnostics;
using SharedModels.Leasing.Requests;
using SharedModels.Orleans.Messages;
using SharedModels.Routing;

namespace SharedModels.Orleans.Nodes;

/// <summary>Serves calls: rejects them if the node cannot accept them, or leases the model and calls it.</summary>
internal sealed class NodeDispatcher(
    ISharedModelManager manager,
    NodeReports reports,
    NodeCallers callers,
    Payloads payloads,
    string node,
    IOptions<RemoteModelOptions> options,
    ILogger<NodeDispatcher> logger)
{
    // The items of a stream that wait for its reader, in addition to those of the lease.
    private const int Ahead = 1;

    private readonly NodeContracts _contracts = new();
    private readonly SafeLogger _logger = new(logger);

    private bool HasDetails => options.Value.IncludeExceptionDetails;

    public async Task<ModelReply> InvokeAsync(ModelCall call, CancellationToken cancellationToken)
    {
        // The call counts before the check, so that a node that drains either rejects it or waits for it.
        using var running = callers.Begin(call.Caller, cancellationToken);
        var activity = StartActivity(call);
        try
        {
            var admission = await AdmitAsync(call, isStream: false, running.Token).ConfigureAwait(false);
            if (admission.Lease is not { } lease)
                return admission.Reply;
            await using var end = lease.ConfigureAwait(false);
            var reply = await admission.Method!.Accept(new InvokeVisitor(this, call, lease, running.Token)).ConfigureAwait(false);
            return reply with { Waited = admission.Reply.Waited };
        }
        finally
        {
            activity.End();
        }
    }

    public async IAsyncEnumerable<ModelReply> StreamAsync(ModelCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A reader that is gone does not ask for the next reply, so the lease must not depend on it.
        var replies = Channel.CreateBounded<ModelReply>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var serving = Task.Run(() => ServeAsync(call, replies, end.Token), CancellationToken.None);
        try
        {
            await foreach (var reply in replies.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                yield return reply;
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await serving.ConfigureAwait(false);
        }
    }

    /// <summary>Writes the replies of a stream until it ends, or until its caller is gone.</summary>
    private async Task ServeAsync(ModelCall call, Channel<ModelReply> replies, CancellationToken cancellationToken)
    {
        using var running = callers.Begin(call.Caller, cancellationToken);
        var activity = StartActivity(call);
        try
        {
            await foreach (var reply in CreateRepliesAsync(call, running).ConfigureAwait(false))
                await replies.Writer.WriteAsync(reply, running.Token).ConfigureAwait(false);
            replies.Writer.Complete();
        }
        catch (Exception exception)
        {
            replies.Writer.Complete(exception);
        }

        activity.End();

        // A node that drains waits until the last replies have been read.
        await replies.Reader.Completion.WaitAsync(running.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async IAsyncEnumerable<ModelReply> CreateRepliesAsync(ModelCall call, NodeCallers.RunningCall running)
    {
        var admission = await AdmitAsync(call, isStream: true, running.Token).ConfigureAwait(false);
        if (admission.Lease is not { } lease)
        {
            yield return admission.Reply;
            yield break;
        }

        await using var end = lease.ConfigureAwait(false);
        yield return admission.Reply;
        var items = admission.Method!.Accept(new StreamVisitor(this, call, lease, running.Token)).GetAsyncEnumerator(running.Token);
        await using var itemsEnd = items.ConfigureAwait(false);
        while (true)
        {
            ModelReply? reply;
            try
            {
                reply = await items.MoveNextAsync().ConfigureAwait(false) ? items.Current : null;
            }
            catch (OperationCanceledException) when (running.Token.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                reply = Fail(call, exception);
            }

            if (reply is null)
                yield break;
            yield return reply;
            if (reply.Error is not null)
                yield break;
        }
    }

    /// <summary>Leases the model. Without a lease, the reply says why the call has not begun.</summary>
    private async Task<(IModelLease<object>? Lease, RemoteMethod? Method, ModelReply Reply)> AdmitAsync(
        ModelCall call, bool isStream, CancellationToken cancellationToken)
    {
        var waits = WaitTotal.Begin();
        IModelLease<object> lease;
        try
        {
            if (FindRejection(call) is { } rejection)
                return (null, null, Reject(rejection, null));
            var request = new AcquireOptions { Priority = call.Priority, Tenant = call.Tenant, Timeout = call.Timeout };
            lease = await manager.FetchModelAsync<object>(call.Model, request, cancellationToken).ConfigureAwait(false);
        }
        catch (ModelLeaseException exception) when (exception is not (LeaseTimeoutException or LeaseDeadlockException))
        {
            return (null, null, Reject(NodeRejection.Unavailable, ModelErrors.Of(exception, node, HasDetails)));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The caller has waited long enough, or asks for something that this node does not know, such as a new priority.
            return (null, null, Fail(call, exception));
        }

        ModelReply reply;
        try
        {
            var type = lease.Model.GetType();
            if (_contracts.Find(type, call.Contract, call.Method, isStream) is { } method)
                return (lease, method, new() { Waited = waits.Elapsed });
            reply = Reject(NodeRejection.Unavailable, ModelErrors.Of(
                new UnknownModelException(
                    $"Model '{call.Model}' on node {node} is a {type}, which does not have the method {call.Method} of {call.Contract}"
                    + $"{(isStream ? " that returns a stream" : "")}. Make the class implement the interface, or update the node.")
                {
                    ModelId = call.Model,
                },
                node,
                HasDetails));
        }
        catch (Exception exception)
        {
            // The description of the contract is code of the application.
            reply = Fail(call, exception);
        }

        await lease.DisposeAsync().ConfigureAwait(false);
        return (null, null, reply);
    }

    private static Activity? StartActivity(ModelCall call)
    {
        // If the silo propagates activities, there is one of this trace already.
        if (!ActivityContext.TryParse(call.TraceParent, call.TraceState, isRemote: true, out var caller)
            || Activity.Current?.TraceId == caller.TraceId)
            caller = default;
        return SharedModelsActivities.Start("serve", call.Model, device: null, caller, ActivityKind.Server);
    }

    private NodeRejection? FindRejection(ModelCall call)
    {
        if (reports.Draining.IsCancellationRequested)
            return NodeRejection.Unavailable;
        var estimate = manager.Estimate([call.Model], call.Priority);
        if (estimate.WouldBeRejected)
            return NodeRejection.Unavailable;
        return estimate.Wait > call.WaitBudget ? NodeRejection.WaitTooLong : null;
    }

    private ModelReply Reject(NodeRejection rejection, ModelError? error) => new()
    {
        Rejection = rejection,
        Error = error,
        Report = JsonSerializer.SerializeToUtf8Bytes(reports.CreateLoadReport(), MessageJson.Default.NodeReport),
    };

    private ModelReply Fail(ModelCall call, Exception exception)
    {
        if (exception is not (ModelLeaseException or RemotePayloadException))
            Log.ModelFailed(_logger, exception, call.Model, call.Method);
        return new() { Error = ModelErrors.Of(exception, call.Model, node, HasDetails) };
    }

    private T Read<T>(byte[] payload) => payloads.Read<T>(payload);

    private byte[] Write<T>(ModelCall call, T result, string what) =>
        payloads.Write(result, $"{what} of {call.Method} of model '{call.Model}'");

    private sealed class InvokeVisitor(
        NodeDispatcher dispatcher, ModelCall call, IModelLease<object> lease, CancellationToken cancellationToken)
        : IRemoteMethodVisitor<Task<ModelReply>>
    {
        public async Task<ModelReply> Visit<TContract, TArguments, TResult>(RemoteCall<TContract, TArguments, TResult> method)
            where TContract : class
        {
            try
            {
                var arguments = dispatcher.Read<TArguments>(call.Arguments);
                var result = await lease
                    .InvokeAsync((model, token) => method.Invoke((TContract)model, arguments, token), cancellationToken)
                    .ConfigureAwait(false);
                return new() { Result = dispatcher.Write(call, result, "The result") };
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                return dispatcher.Fail(call, exception);
            }
        }

        public Task<ModelReply> Visit<TContract, TArguments, TItem>(RemoteStream<TContract, TArguments, TItem> method)
            where TContract : class => throw new InvalidOperationException($"{method.Name} returns a stream.");
    }

    private sealed class StreamVisitor(
        NodeDispatcher dispatcher, ModelCall call, IModelLease<object> lease, CancellationToken cancellationToken)
        : IRemoteMethodVisitor<IAsyncEnumerable<ModelReply>>
    {
        public IAsyncEnumerable<ModelReply> Visit<TContract, TArguments, TResult>(RemoteCall<TContract, TArguments, TResult> method)
            where TContract : class => throw new InvalidOperationException($"{method.Name} does not return a stream.");

        public async IAsyncEnumerable<ModelReply> Visit<TContract, TArguments, TItem>(RemoteStream<TContract, TArguments, TItem> method)
            where TContract : class
        {
            var arguments = dispatcher.Read<TArguments>(call.Arguments);
            var items = lease.StreamAsync(
                (model, token) => method.Invoke((TContract)model, arguments, token), cancellationToken: cancellationToken);
            await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
                yield return new() { Result = dispatcher.Write(call, item, "An item") };
        }
    }
}
