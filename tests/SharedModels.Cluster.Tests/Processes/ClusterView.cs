namespace SharedModels.Cluster.Tests.Processes;

/// <summary>The cluster as a gateway describes it.</summary>
internal sealed record ClusterView(int InFlight, IReadOnlyList<ClusterView.Entry> Nodes)
{
    internal sealed record Entry(NodeView Node, AttemptsView Attempts)
    {
        public bool IsLive => Node.Standing == "Live";

        /// <summary>Indicates whether a model is on a device of the node.</summary>
        public bool Has(string model) => Node.Models.Any(found => found.Model == model && found.Presence == "Resident");
    }

    internal sealed record NodeView(string Node, string Standing, IReadOnlyList<ModelView> Models);

    internal sealed record ModelView(string Model, string Presence);

    internal sealed record AttemptsView(long Sent, long Rejected, long Unreachable, long Lost);
}
