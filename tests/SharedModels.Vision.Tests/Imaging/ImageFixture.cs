using System.Text.Json;

namespace SharedModels.Vision.Tests.Imaging;

/// <summary>An entry of <c>tests/fixtures/bad-images/manifest.json</c>.</summary>
internal sealed record ImageFixture(string File, string Expect, int? Width, int? Height, int[][]? Samples, int Tolerance, string? Reason)
{
    private static readonly Dictionary<string, ImageFixture> Entries = Load();

    public static IEnumerable<string> Names => Entries.Keys;

    public byte[] Bytes => System.IO.File.ReadAllBytes(TestFiles.Fixture("bad-images", File));

    public static ImageFixture Of(string name) => Entries[name];

    private static Dictionary<string, ImageFixture> Load()
    {
        using var manifest = JsonDocument.Parse(System.IO.File.ReadAllText(TestFiles.Fixture("bad-images", "manifest.json")));
        return manifest.RootElement
            .GetProperty("images")
            .Deserialize<ImageFixture[]>(JsonSerializerOptions.Web)!
            .ToDictionary(entry => entry.File);
    }
}
