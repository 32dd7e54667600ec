using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.VisionApi.Tests.Detection;

public sealed class DetectByExampleTests(VisionApiFactory factory) : IClassFixture<VisionApiFactory>
{
    private readonly HttpClient _client = factory.CreateClient();

    [Fact]
    public async Task The_answer_has_the_detections_of_the_model()
    {
        using var model = new Owlv2(new Owlv2Options { Checkpoint = TestFiles.Checkpoint });
        await model.LoadAsync(CancellationToken.None);
        var (image, query) = (TestFiles.Sample("sample2.png"), TestFiles.Sample("sample3.png"));
        var expected = model.DetectByExample(Decode(image), Decode(query), confidence: 0.3f, nmsThreshold: 0.5f);
        var form = new Form().Picture(image).Picture(query, "query").Text("confidence", "0.3").Text("nmsThreshold", "0.5");
        var answer = await _client.PostOkAsync("/v1/detect/by-example", form);
        var found = answer.GetProperty("detections").EnumerateArray().ToList();
        Assert.NotEmpty(expected);
        Assert.Equal((480, 640), (answer.GetProperty("width").GetInt32(), answer.GetProperty("height").GetInt32()));
        Assert.All(found, detection => Assert.Equal("query", detection.Text("label")));
        Assert.Equal(expected.Select(detection => detection.Score), found.Select(detection => detection.GetProperty("score").GetSingle()));
        Assert.Equal(
            expected.Select(detection => detection.Box.XMin), found.Select(detection => detection.GetProperty("box")[0].GetSingle()));
    }

    [Theory]
    [InlineData("image")]
    [InlineData("query")]
    public async Task Both_images_are_required(string given)
    {
        var missing = given == "image" ? "query" : "image";
        var problem = await _client.PostProblemAsync(
            "/v1/detect/by-example", new Form().Picture(TestFiles.Sample("sample4.png"), given), System.Net.HttpStatusCode.BadRequest);
        Assert.Contains($"'{missing}'", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image")]
    [InlineData("query")]
    public async Task A_broken_image_is_rejected_in_either_field(string broken)
    {
        var whole = broken == "image" ? "query" : "image";
        var form = new Form().Picture(TestFiles.Bad("truncated-half.png"), broken).Picture(TestFiles.Sample("sample4.png"), whole);
        await _client.PostProblemAsync("/v1/detect/by-example", form, System.Net.HttpStatusCode.UnsupportedMediaType);
    }

    private static RgbImage Decode(string path) => new ImageDecoder().Decode(File.ReadAllBytes(path));
}
