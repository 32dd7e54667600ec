using SharedModels.Routing.Nodes;

namespace SharedModels.Routing;

/// <summary>The progress of one request: the nodes that it was sent to, and the reasons why they did not serve it.</summary>
/// <remarks>A route belongs to one router and one request. It is not thread-safe.</remarks>
/// <param name="demand">The models that the request needs.</param>
public sealed class ModelRoute(ModelDemand demand)
{
    private readonly List<string> _unsuitable = [];
    private readonly List<string> _bounced = [];

    /// <summary>The models that the request needs.</summary>
    public ModelDemand Demand { get; } = demand ?? throw new ArgumentNullException(nameof(demand));

    /// <summary>The number of nodes that the request was sent to.</summary>
    public int Attempts { get; private set; }

    /// <summary>The number of nodes that rejected the request because its wait would be too long.</summary>
    public int Bounces { get; private set; }

    /// <summary>The number of nodes whose connection broke while they served the request.</summary>
    public int BrokenAttempts { get; private set; }

    /// <summary>The choice that was made last and that the request has not been sent to yet.</summary>
    internal Candidate? Chosen { get; set; }

    /// <summary>The attempt that has not ended.</summary>
    internal Candidate? Current { get; private set; }

    /// <summary>The time at which the current attempt was sent, in ticks.</summary>
    internal long SentAt { get; private set; }

    /// <summary>Indicates whether the node must not get the request again.</summary>
    internal bool IsUnsuitable(KnownNode node) => _unsuitable.Contains(node.Id);

    /// <summary>Indicates whether the node has rejected the request because of its wait.</summary>
    internal bool HasBounced(KnownNode node) => _bounced.Contains(node.Id);

    internal void Begin(Candidate candidate, long now)
    {
        (Chosen, Current, SentAt) = (null, candidate, now);
        Attempts++;
    }

    internal Candidate End()
    {
        var ended = Current ?? throw new InvalidOperationException("The request has not been sent to a node. Call ModelRouter.Sent first.");
        Current = null;
        return ended;
    }

    internal void Bounce(KnownNode node)
    {
        Bounces++;
        _bounced.Add(node.Id);
    }

    internal void Break(KnownNode node)
    {
        BrokenAttempts++;
        _unsuitable.Add(node.Id);
    }

    internal void Exclude(KnownNode node) => _unsuitable.Add(node.Id);
}
