using System.Collections.Frozen;
using System.Net.Mime;
using System.Reflection;
using System.Text;

namespace SharedModels.AspNetCore.Dashboard;

/// <summary>Reads the files of live pages, which are embedded in assemblies.</summary>
internal static class PageFiles
{
    public static string ReadText(Assembly assembly, string name) => Encoding.UTF8.GetString(ReadBytes(assembly, name));

    /// <summary>Reads files that pages reference.</summary>
    public static FrozenDictionary<string, (byte[] Content, string Type)> Read(Assembly assembly, params IEnumerable<string> names) =>
        names.ToFrozenDictionary(static name => name, name => (ReadBytes(assembly, name), TypeOf(name)), StringComparer.Ordinal);

    private static byte[] ReadBytes(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream($"Dashboard/{name}")!;
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
