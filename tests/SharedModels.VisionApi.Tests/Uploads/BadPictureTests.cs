using System.Net;
using System.Text.Json;

namespace SharedModels.VisionApi.Tests.Uploads;

public sealed class BadPictureTests(VisionApiFactory factory) : IClassFixture<VisionApiFactory>
{
    private static readonly JsonElement Manifest = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Bad("manifest.json"))).RootElement;

    private readonly HttpClient _client = factory.CreateClient();

    public static TheoryData<string> Errors => [.. Of("error").Select(image => image.Text("file"))];

    public static TheoryData<string> Others => [.. Of("ok").Concat(Of("either")).Select(image => image.Text("file"))];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task A_file_that_is_not_a_complete_image_is_rejected_with_the_reason(string file)
    {
        var reason = Of("error").Single(image => image.Text("file") == file).Text("reason");
        var status = file == "empty.png"
            ? HttpStatusCode.BadRequest
            : reason == "too-large" ? HttpStatusCode.RequestEntityTooLarge : HttpStatusCode.UnsupportedMediaType;
        var title = file == "empty.png" ? "A form field is missing or invalid" : reason switch
        {
            "too-large" => "The image is too large",
            "truncated" => "The image is incomplete",
            "corrupt" => "The image is corrupt",
            _ => "The file is not a supported image",
        };
        foreach (var path in (string[])["/v1/detect", "/v1/qr"])
        {
            var problem = await _client.PostProblemAsync(path, new Form().Picture(TestFiles.Bad(file)).Text("prompts", "a star"), status);
            Assert.NotEmpty(problem.Text("detail"));
            // The kind of damage is up to the decoder, and its tests check it. A decompression bomb must be reported as too large.
            if (reason == "too-large" || status == HttpStatusCode.BadRequest)
                Assert.Equal(title, problem.Text("title"));
            else
                Assert.Contains(
                    problem.Text("title"),
                    (string[])["The image is incomplete", "The image is corrupt", "The file is not a supported image"]);
        }

        Assert.Empty(factory.Errors);
        Assert.Equal(0, (await _client.GetJsonAsync("/v1/models")).Leases());
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Any_other_file_is_read_or_rejected_and_leaves_no_trace(string file)
    {
        using var response = await _client.PostAsync("/v1/qr", new Form().Picture(TestFiles.Bad(file)));
        var isOk = Of("ok").Any(image => image.Text("file") == file);
        Assert.True(
            response.StatusCode == HttpStatusCode.OK || (!isOk && response.StatusCode == HttpStatusCode.UnsupportedMediaType),
            $"{response.StatusCode}");
    }

    private static IEnumerable<JsonElement> Of(string expect) =>
        Manifest.GetProperty("images").EnumerateArray().Where(image => image.Text("expect") == expect);
}
