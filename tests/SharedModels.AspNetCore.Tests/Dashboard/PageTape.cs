using System.Globalization;
using System.Text;
using System.Text.Json;
using SharedModels.AspNetCore.Status;

namespace SharedModels.AspNetCore.Tests.Dashboard;

/// <summary>
/// Everything that the page receives from the server, in its order and as the server writes it, and the figures that it must show.
/// </summary>
internal sealed class PageTape
{
    private readonly StringBuilder _steps = new();
    private readonly Dictionary<string, int> _totals = new(StringComparer.Ordinal)
    {
        ["granted"] = 0, ["rejected"] = 0, ["moves"] = 0, ["evictions"] = 0, ["faults"] = 0,
    };

    private long _seen;

    /// <summary>The stream starts with a snapshot, or continues with one after missed changes.</summary>
    public void Begin(ModelsResponse snapshot) => Add("begin", Write(snapshot));

    /// <summary>The page has fetched a snapshot.</summary>
    public void Update(ModelsResponse snapshot) => Add("update", Write(snapshot));

    /// <summary>The page receives changes of another run of the server.</summary>
    public void Renumber()
    {
        _seen = 0;
        Add("renumber", "null");
    }

    public void Apply(IReadOnlyCollection<SharedModelsChange> changes)
    {
        foreach (var change in changes.Where(change => change.Number > _seen))
        {
            _seen = change.Number;
            if (TotalOf(change) is { } total)
                _totals[total]++;
        }

        Add(
            "apply",
            JsonSerializer.Serialize(
                [.. changes.Select(static change => Change.Create(change, includeDetails: true))], StatusJson.Default.ChangeArray));
    }

    /// <summary>The page has received everything up to a snapshot, and must show its figures.</summary>
    /// <param name="snapshot">The snapshot of the manager.</param>
    /// <param name="isFull">True if the page has the snapshot. Otherwise, it knows only the changes.</param>
    /// <param name="hasExactQueues">
    /// True if the page must know the queues of the devices. No change reports that waiting requests are rerouted to another device, so the
    /// page learns it from the next snapshot.
    /// </param>
    public void Expect(ModelsResponse snapshot, bool isFull, bool hasExactQueues) => Add(
        "expect",
        JsonSerializer.Serialize(
            new { snapshot = JsonSerializer.Deserialize<JsonElement>(Write(snapshot)), totals = _totals, isFull, hasExactQueues }));

    public string ToJson(int seed) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"seed":{{seed}},"steps":[{{_steps}}]}""");

    private static string? TotalOf(SharedModelsChange change) => change.Kind switch
    {
        SharedModelsChangeKind.LeaseGranted => "granted",
        SharedModelsChangeKind.RequestLeft when change.Detail == "batched" => "granted",
        SharedModelsChangeKind.RequestLeft when change.Detail != "canceled" => "rejected",
        SharedModelsChangeKind.MoveStarted => "moves",
        SharedModelsChangeKind.EvictionStarted => "evictions",
        SharedModelsChangeKind.LeaseOverdue
            or SharedModelsChangeKind.ModelFaulted
            or SharedModelsChangeKind.FellBack
            or SharedModelsChangeKind.RolledBack
            or SharedModelsChangeKind.DeviceLost => "faults",
        _ => null,
    };

    private static string Write(ModelsResponse snapshot) => JsonSerializer.Serialize(snapshot, StatusJson.Default.ModelsResponse);

    private void Add(string kind, string data)
    {
        _steps.Append(_steps.Length == 0 ? "" : ",");
        _steps.Append(CultureInfo.InvariantCulture, $"[\"{kind}\",{data}]");
    }
}
