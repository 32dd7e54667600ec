using System.Collections.Frozen;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>The files of the live page.</summary>
internal static class DashboardFiles
{
    /// <summary>The names of the files that the live page of a cluster uses, too.</summary>
    public static readonly string[] Shared = ["page.css", "icon.svg", "dom.js", "format.js", "header.js", "parts.js"];

    /// <summary>The page itself. <c>{page}</c>, <c>{models}</c>, <c>{home}</c> and <c>{control}</c> are placeholders.</summary>
    public static readonly string Index = PageFiles.ReadText(typeof(DashboardFiles).Assembly, "index.html");

    /// <summary>The files that the page references, by name.</summary>
    public static readonly FrozenDictionary<string, (byte[] Content, string Type)> Assets = PageFiles.Read(
        typeof(DashboardFiles).Assembly,
        [.. Shared, "page.js", "connection.js", "lane.js", "models.js", "state.js", "timeline.js", "view.js"]);
}
