namespace SharedModels.Tests.DependencyInjection.Options;

internal sealed class TunedOptions
{
    public string Folder { get; set; } = "default";

    public float Threshold { get; set; } = 0.5f;

    public bool IsFast { get; set; }

    public DayOfWeek Day { get; set; }

    public TimeSpan? Patience { get; set; } = TimeSpan.FromSeconds(1);

    public Uri? Source { get; set; }

    public string[] Labels { get; set; } = ["default"];

    public List<int> Sizes { get; } = [1, 2];

    public Dictionary<string, double> Scores { get; } = new() { ["default"] = 1 };

    public TilingOptions? Tiling { get; set; }

    /// <summary>The manager has a key with this name too.</summary>
    public int MaxLeases { get; set; } = 1;

    internal sealed class TilingOptions
    {
        public int Size { get; set; } = 10;

        public int Overlap { get; set; } = 3;
    }
}
