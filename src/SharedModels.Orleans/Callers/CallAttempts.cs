using Microsoft.Extensions.Logging;
using SharedModels.Contracts;
using SharedModels.Orleans.Messages;
using SharedModels.Routing;

namespace SharedModels.Orleans.Callers;

/// <summary>The attempts of one call. It is not thread-safe.</summary>
internal sealed class CallAttempts(
    ModelNodes nodes, RemoteMethod method, string contract, string model, byte[] arguments, ModelRoute route, ILogger logger)
{
    private string? _node;
    private string? _lostNode;
    private ModelError? _lastError;

    /// <summary>Chooses the next node, or throws the reason why there is none.</summary>
    /// <returns>The call, to be disposed when it has ended, and its message.</returns>
    public (NodeCall Sent, ModelCall Call) Next()
    {
        if (nodes.Send(route, static node => node.Begin()) is not var (sent, choice))
            throw FindFailure();
        _node = sent.Node.Id;
        var call = new ModelCall
        {
            Caller = nodes.Caller,
            Model = model,
            Contract = contract,
            Method = method.Name,
            Arguments = arguments,
            WaitBudget = choice.WaitBudget,
        };
        return (sent, call);
    }

    /// <summary>Returns false if the node has rejected the call, so that another node can be tried.</summary>
    public bool Accepts(CalledNode node, ModelReply reply)
    {
        if (reply.Rejection is null)
            return true;
        _lastError = reply.Error ?? _lastError;
        nodes.Reject(route, node, reply);
        return false;
    }

    /// <summary>Records that the node has answered.</summary>
    public void End() => nodes.End(route);

    /// <summary>Records a failed attempt. Throws unless another node can be tried.</summary>
    public void Fail(CalledNode node, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is NodeGoneException)
        {
            nodes.Miss(route);
            Log.NodeLost(logger, node.Id, exception.Message);
            return;
        }

        var failure = Lose(exception, cancellationToken);
        if (failure is OperationCanceledException || method.Retry != ModelRetry.WhenLost)
            throw failure;
    }

    /// <summary>Records that a call has ended without a reply, and returns the exception for the caller.</summary>
    public Exception Lose(Exception exception, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            nodes.Cancel(route);
            return new OperationCanceledException(exception.Message, exception, cancellationToken);
        }

        var node = _lostNode = _node!;
        var reason = exception is OperationCanceledException ? "The node no longer reports." : exception.Message;
        nodes.Break(route);
        Log.CallLost(logger, node, method.Name, reason);
        return new ModelNodeLostException(
            $"Node {node} was lost while it may have been serving a call of {method.Name} of model '{model}'. {reason} If the call can be "
            + $"computed twice without harm, allow another attempt with [{nameof(RemoteMethodAttribute)[..^9]}(Retry = "
            + $"{nameof(ModelRetry)}.{nameof(ModelRetry.WhenLost)})].",
            exception)
        {
            ModelId = model, Node = node,
        };
    }

    private Exception FindFailure()
    {
        var rejection = _lastError is { } error ? ModelErrors.ToException(error) : null;
        if (route.BrokenAttempts > 0)
        {
            var lost = route.BrokenAttempts == 1 ? "1 node was lost while it" : $"{route.BrokenAttempts} nodes were lost while they";
            return new ModelNodeLostException(
                $"{lost} may have been serving a call of {method.Name} of model '{model}', and no other node has accepted the call."
                + (rejection is null ? "" : $" The last rejection: {rejection.Message}"),
                rejection)
            {
                ModelId = model, Node = _lostNode,
            };
        }

        if (rejection is not null)
            return rejection;

        if (!nodes.HasMembers)
        {
            return new LeaseRejectedException(
                $"A call of model '{model}' cannot be sent because no silo that calls AddSharedModels() can be reached. Start one, or try "
                + "again later.")
            {
                ModelId = model,
            };
        }

        return nodes.CanServe(route.Demand)
            ? new LeaseRejectedException(
                $"No node can accept a call of model '{model}': {route.Attempts} rejected it, and the others are overloaded, draining or "
                + "lost. Try again later, or add a node.")
            {
                ModelId = model,
            }
            : new UnknownModelException(
                $"No node of the cluster serves model '{model}'. Register it on a silo that calls AddSharedModels().") { ModelId = model };
    }
}
