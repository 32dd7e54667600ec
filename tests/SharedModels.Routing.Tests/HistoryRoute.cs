namespace SharedModels.Routing.Tests;

/// <summary>A request of a random history, and what the router must respect about it.</summary>
internal sealed class HistoryRoute(ModelRoute route)
{
    public ModelRoute Route => route;

    public string? Node { get; set; }

    /// <summary>The node of the attempt. A node that leaves and joins again is another one.</summary>
    public HistoryNode? On { get; set; }

    public int Attempts { get; set; }

    public int Broken { get; set; }

    public List<string> Bounced { get; } = [];

    public HashSet<string> Excluded { get; } = [];
}
