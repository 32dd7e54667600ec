using SharedModels.Routing;
using SharedModels.Routing.Nodes;

namespace SharedModels.Clustering.Telemetry;

/// <summary>The values of tags.</summary>
internal static class OutcomeNames
{
    /// <summary>The node of a request that was sent to none.</summary>
    public const string NoNode = "none";

    /// <summary>The models of a request as long as no node has reported the models of its endpoint. They could be any path.</summary>
    public const string UnknownModels = "unknown";

    public static string Of(RouteOutcome outcome) => outcome switch
    {
        RouteOutcome.Warm => "warm",
        RouteOutcome.Cold => "cold",
        RouteOutcome.Unknown => "unknown",
        RouteOutcome.Bounced => "bounced",
        RouteOutcome.Retried => "retried",
        RouteOutcome.Rejected => "rejected",
        RouteOutcome.Lost => "lost",
        RouteOutcome.Canceled => "canceled",
        _ => "failed",
    };

    public static string Of(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Served => "served",
        AttemptOutcome.WaitTooLong => "wait_too_long",
        AttemptOutcome.Unavailable => "unavailable",
        AttemptOutcome.Unreachable => "unreachable",
        AttemptOutcome.Lost => "lost",
        AttemptOutcome.Canceled => "canceled",
        _ => "failed",
    };

    public static string Of(LoadReason reason) => reason switch
    {
        LoadReason.First => "first",
        LoadReason.Spill => "spill",
        LoadReason.Drain => "drain",
        _ => "failover",
    };

    public static string Of(NodeStanding standing) => standing switch
    {
        NodeStanding.Live => "live",
        NodeStanding.Silent => "silent",
        NodeStanding.Broken => "broken",
        _ => "draining",
    };

    public static AttemptOutcome Of(NodeRejection rejection) =>
        rejection == NodeRejection.WaitTooLong ? AttemptOutcome.WaitTooLong : AttemptOutcome.Unavailable;
}
