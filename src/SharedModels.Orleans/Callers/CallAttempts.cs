using Microsoft.Extensions.Logging;
using SharedModels.Clustering.Telemetry;
using SharedModels.Contracts;
using SharedModels.Orleans.Messages;
using SharedModels.Routing;

namespace SharedModels.Orleans.Callers;

/// <summary>The attempts of one call. It is not thread-safe.</summary>
internal sealed class CallAttempts(
    ModelNodes nodes, ClusterMetrics metrics, RemoteMethod method, ModelCall call, ModelRoute route, ILogger logger) : IDisposable
{
    // The ids of models can come from requests.
    private readonly RouteTelemetry _telemetry =
        new(metrics, route, nodes.IsServed(route.Demand) ? route.Demand.ToString() : OutcomeNames.UnknownModels);

    private string? _node;
    private string? _lostNode;
    private ModelError? _lastError;
    private TimeSpan? _waited;

    private string Model => call.Model;

    /// <summary>Chooses the next node, or throws the reason why there is none.</summary>
    /// <returns>The call, to be disposed when it has ended, and its message.</returns>
    public (NodeCall Sent, ModelCall Call) Next()
    {
        if (nodes.Send(route, static node => node.Begin(), _telemetry.Loads) is not var (sent, choice))
            throw FindFailure();
        _node = sent.Node.Id;
        var activity = _telemetry.Begin(choice);
        return (sent, call with
        {
            WaitBudget = choice.WaitBudget, TraceParent = activity?.Id, TraceState = activity?.TraceStateString,
        });
    }

    /// <summary>Returns false if the node has rejected the call, so that another node can be tried.</summary>
    public bool Accepts(CalledNode node, ModelReply reply)
    {
        if (reply.Rejection is not { } rejection)
        {
            _waited = reply.Waited;
            return true;
        }

        _lastError = reply.Error ?? _lastError;
        nodes.Reject(route, node, rejection, reply.Report);
        _telemetry.End(OutcomeNames.Of(rejection));
        return false;
    }

    /// <summary>Records that the node has answered.</summary>
    public void End()
    {
        nodes.End(route);
        _telemetry.End(AttemptOutcome.Served, _waited);
    }

    /// <summary>Records a failed attempt. Throws unless another node can be tried.</summary>
    public void Fail(CalledNode node, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is NodeGoneException)
        {
            nodes.Miss(route);
            _telemetry.End(AttemptOutcome.Unreachable);
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
            _telemetry.End(AttemptOutcome.Canceled);
            return new OperationCanceledException(exception.Message, exception, cancellationToken);
        }

        var node = _lostNode = _node!;
        var reason = exception is OperationCanceledException ? "The node no longer reports." : exception.Message;
        nodes.Break(route);
        _telemetry.End(AttemptOutcome.Lost);
        Log.CallLost(logger, node, method.Name, reason);
        return new ModelNodeLostException(
            $"Node {node} was lost while it may have been serving a call of {method.Name} of model '{Model}'. {reason} If the call can be "
            + $"computed twice without harm, allow another attempt with [{nameof(RemoteMethodAttribute)[..^9]}(Retry = "
            + $"{nameof(ModelRetry)}.{nameof(ModelRetry.WhenLost)})].",
            exception)
        {
            ModelId = Model, Node = node,
        };
    }

    public void Dispose() => _telemetry.Dispose();

    private Exception FindFailure()
    {
        var rejection = _lastError is { } error ? ModelErrors.ToException(error) : null;
        if (route.BrokenAttempts > 0)
        {
            var lost = route.BrokenAttempts == 1 ? "1 node was lost while it" : $"{route.BrokenAttempts} nodes were lost while they";
            return new ModelNodeLostException(
                $"{lost} may have been serving a call of {method.Name} of model '{Model}', and no other node has accepted the call."
                + (rejection is null ? "" : $" The last rejection: {rejection.Message}"),
                rejection)
            {
                ModelId = Model, Node = _lostNode,
            };
        }

        if (rejection is not null)
            return rejection;

        if (!nodes.HasMembers)
        {
            return new LeaseRejectedException(
                $"A call of model '{Model}' cannot be sent because no silo that calls AddSharedModels() can be reached. Start one, or try "
                + "again later.")
            {
                ModelId = Model,
            };
        }

        return nodes.CanServe(route.Demand)
            ? new LeaseRejectedException(
                $"No node can accept a call of model '{Model}': {route.Attempts} rejected it, and the others are overloaded, draining or "
                + "lost. Try again later, or add a node.")
            {
                ModelId = Model,
            }
            : new UnknownModelException(
                $"No node of the cluster serves model '{Model}'. Register it on a silo that calls AddSharedModels().") { ModelId = Model };
    }
}
