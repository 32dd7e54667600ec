using System.Text.Json;

namespace SharedModels.VisionApi.Tests.QrCodes;

public sealed class QrTests(VisionApiFactory factory) : IClassFixture<VisionApiFactory>
{
    private static readonly JsonElement Manifest = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Qr("manifest.json"))).RootElement;

    private readonly HttpClient _client = factory.CreateClient();

    [Theory]
    [InlineData("clean-01.jpg")]
    [InlineData("clean-03.png")]
    [InlineData("encoding-01.png")]
    [InlineData("inverted-01.png")]
    [InlineData("multi-01.png")]
    [InlineData("none-01.png")]
    [InlineData("rotation-03.png")]
    [InlineData("webp-01.webp")]
    public async Task Texts_and_corners_are_those_of_the_codes(string file)
    {
        var expected = Manifest.GetProperty("images").EnumerateArray().Single(image => image.Text("file") == file);
        var answer = await _client.PostOkAsync("/v1/qr", new Form().Picture(TestFiles.Qr(file)));
        var found = answer.GetProperty("detections").EnumerateArray().ToList();
        Assert.Equal(expected.GetProperty("width").GetInt32(), answer.GetProperty("width").GetInt32());
        Assert.Equal(
            expected.GetProperty("texts").EnumerateArray().Select(text => text.GetString()).Order(StringComparer.Ordinal),
            found.Select(code => code.Text("text")).Order(StringComparer.Ordinal));
        foreach (var code in found)
        {
            var wanted = expected.GetProperty("codes").EnumerateArray().First(one => one.Text("text") == code.Text("text"));
            var tolerance = 2 * wanted.GetProperty("modulePx").GetSingle();
            foreach (var (corner, actual) in Points(wanted.GetProperty("corners")).Zip(Points(code.GetProperty("polygon")), Tuple.Create))
            {
                Assert.Equal(corner.X, actual.X, tolerance);
                Assert.Equal(corner.Y, actual.Y, tolerance);
            }
        }
    }

    [Fact]
    public async Task The_answer_has_box_polygon_and_center()
    {
        var answer = await _client.PostOkAsync("/v1/qr", new Form().Picture(TestFiles.Qr("rotation-03.png")));
        Assert.Equal(
            ["model", "device", "width", "height", "detections", "messages", "limitsReached", "timing"],
            answer.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("qr-reader", "cpu"), (answer.Text("model"), answer.Text("device")));
        var code = answer.GetProperty("detections")[0];
        Assert.Equal(["text", "confidence", "box", "polygon", "center"], code.EnumerateObject().Select(property => property.Name));
        Assert.Equal(1, code.GetProperty("confidence").GetSingle());
        var polygon = Points(code.GetProperty("polygon")).ToList();
        var box = code.GetProperty("box").EnumerateArray().Select(side => side.GetSingle()).ToList();
        Assert.Equal(4, polygon.Count);
        Assert.Equal([polygon.Min(p => p.X), polygon.Min(p => p.Y), polygon.Max(p => p.X), polygon.Max(p => p.Y)], box);
        Assert.Equal(
            [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], code.GetProperty("center").EnumerateArray().Select(part => part.GetSingle()));
        Assert.True(SignedArea(polygon) > 0, "The corners run clockwise in the image, where y points down.");
    }

    private static IEnumerable<(float X, float Y)> Points(JsonElement points) =>
        points.EnumerateArray().Select(point => (point[0].GetSingle(), point[1].GetSingle()));

    private static float SignedArea(List<(float X, float Y)> polygon) =>
        polygon
            .Select((point, i) => (A: point, B: polygon[(i + 1) % polygon.Count]))
            .Sum(edge => (edge.A.X * edge.B.Y) - (edge.B.X * edge.A.Y));
}
