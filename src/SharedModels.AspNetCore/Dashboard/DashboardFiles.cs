using System.Collections.Frozen;
using System.Net.Mime;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>The files of the page, which are embedded in this assembly.</summary>
internal static class DashboardFiles
{
    /// <summary>The page itself. <c>{page}</c>, <c>{models}</c>, <c>{home}</c> and <c>{control}</c> are placeholders.</summary>
    public static readonly string Index = System.Text.Encoding.UTF8.GetString(Read("index.html"));

    /// <summary>The files that the page references, by name.</summary>
    public static readonly FrozenDictionary<string, (byte[] Content, string Type)> Assets =
        new[]
        {
            "page.css", "icon.svg", "page.js", "connection.js", "dom.js", "format.js", "lane.js", "models.js", "state.js", "timeline.js",
            "view.js",
        }
            .ToFrozenDictionary(static name => name, static name => (Read(name), TypeOf(name)), StringComparer.Ordinal);

    private static byte[] Read(string name)
    {
        using var resource = typeof(DashboardFiles).Assembly.GetManifestResourceStream($"Dashboard/{name}")!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => MediaTypeNames.Text.Css,
        ".svg" => MediaTypeNames.Image.Svg,
        _ => MediaTypeNames.Text.JavaScript,
    };
}
