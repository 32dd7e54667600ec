namespace SharedModels.Routing.Tests;

/// <summary>A router and the reports of nodes with one device each. Times are in milliseconds.</summary>
internal sealed class TestCluster(RoutingPolicy? policy = null)
{
    public const long Gigabyte = 1_000_000_000;

    private readonly Dictionary<string, long> _numbers = [];

    public ModelRouter Router { get; } = new(policy ?? new());

    public long Now { get; private set; }

    public static ModelReport Resident(string model, int queued = 0) => new()
    {
        Model = model,
        Device = "cuda:0",
        Presence = ModelPresence.Resident,
        Arrival = TimeSpan.Zero,
        LoadTime = TimeSpan.FromSeconds(1),
        Bytes = Gigabyte,
        Queued = queued,
    };

    public static ModelReport Absent(string model, double loadMilliseconds = 1000) => new()
    {
        Model = model,
        Arrival = TimeSpan.FromMilliseconds(loadMilliseconds),
        LoadTime = TimeSpan.FromMilliseconds(loadMilliseconds),
        Bytes = Gigabyte,
    };

    public static NodeReport Load(double wait, long free = 10 * Gigabyte, bool isUnavailable = false) => new()
    {
        Node = "",
        Instance = 1,
        Number = 0,
        Devices =
        [
            new()
            {
                Device = "cuda:0",
                Wait = TimeSpan.FromMilliseconds(wait),
                Hold = TimeSpan.FromMilliseconds(50),
                BudgetBytes = 24 * Gigabyte,
                FreeBytes = free,
                IsUnavailable = isUnavailable,
            },
        ],
    };

    public void Advance(double milliseconds) => Now += TimeSpan.FromMilliseconds(milliseconds).Ticks;

    /// <summary>Sends a complete report of a node that serves the models "a" and "b".</summary>
    public void Add(string node, double wait = 0, params ModelReport[] models) =>
        Report(node, Load(wait) with { IsComplete = true, Serves = ["a", "b"], Models = models });

    public void Change(string node, double wait, params ModelReport[] models) => Report(node, Load(wait) with { Models = models });

    public void Report(string node, NodeReport report)
    {
        var number = _numbers[node] = _numbers.GetValueOrDefault(node) + 1;
        Router.Report(report with { Node = node, Number = report.Number == 0 ? number : report.Number }, Now);
    }

    public ModelRoute Route(params string[] models) => new(new(models.Length == 0 ? ["a"] : models));

    public NodeChoice? Choose(ModelRoute route) => Router.Choose(route, Now);

    /// <summary>Chooses a node and sends the request there. Returns the node.</summary>
    public string? Send(ModelRoute route)
    {
        if (Choose(route) is not { } choice)
            return null;
        Router.Sent(route, Now);
        return choice.Node;
    }

    public string? Send() => Send(Route());
}
