using System.Text.Json;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>The text that a public suite lists for an image.</summary>
internal static class KnownText
{
    /// <summary>Returns the text in the file next to an image, or <see langword="null"/> if the suite does not list it.</summary>
    public static string? Of(string image)
    {
        // zxing and zxing-cpp have a text file for each image. BoofCV has files with that name too, but they list the corners of the codes.
        var text = Path.ChangeExtension(image, ".txt");
        if (File.Exists(text))
            return IsListOfCorners(image) ? null : Normalize(File.ReadAllText(text));

        // jsQR has the output of the reader itself, checked by its authors.
        var output = Path.Combine(Path.GetDirectoryName(image)!, "output.json");
        if (!File.Exists(output))
            return null;
        using var json = JsonDocument.Parse(File.ReadAllBytes(output));
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("data", out var data)
            ? Normalize(data.GetString()!)
            : null;
    }

    public static string Normalize(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');

    private static bool IsListOfCorners(string image) =>
        Path.GetFullPath(image).Replace('\\', '/').Contains("/detection/", StringComparison.Ordinal);
}
