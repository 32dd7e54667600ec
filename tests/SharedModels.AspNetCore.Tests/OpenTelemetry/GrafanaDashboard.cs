using System.Runtime.CompilerServices;
using System.Text.Json;

namespace SharedModels.AspNetCore.Tests.OpenTelemetry;

/// <summary>The queries of the sample's Grafana dashboard.</summary>
internal static class GrafanaDashboard
{
    public static IReadOnlyList<string> Queries { get; } = [.. Find(JsonDocument.Parse(File.ReadAllText(Locate())).RootElement)];

    private static IEnumerable<string> Find(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Find),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(
            static property => property.Name == "expr" ? [property.Value.GetString()!] : Find(property.Value)),
        _ => [],
    };

    private static string Locate([CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "../../../samples/VisionApi/grafana.json");
}
