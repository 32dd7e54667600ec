using System.Text.Json;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>An entry of <c>tests/fixtures/qr/manifest.json</c>.</summary>
internal sealed record QrFixture(string File, string Category, int Width, int Height, string[] Texts, QrFixtureCode[] Codes)
{
    public RgbImage Decode() => new ImageDecoder().Decode(System.IO.File.ReadAllBytes(TestFiles.Fixture("qr", File)));

    public static IReadOnlyList<QrFixture> All { get; } = Load();

    public static QrFixture Of(string file) => All.Single(fixture => fixture.File == file);

    private static QrFixture[] Load()
    {
        using var manifest = JsonDocument.Parse(System.IO.File.ReadAllText(TestFiles.Fixture("qr", "manifest.json")));
        return manifest.RootElement.GetProperty("images").Deserialize<QrFixture[]>(JsonSerializerOptions.Web)!;
    }
}
