using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace SharedModels.VisionApi.Tests.Uploads;

public sealed class BadFormTests(VisionApiFactory factory) : IClassFixture<VisionApiFactory>
{
    private readonly HttpClient _client = factory.CreateClient();

    private static Form WithPicture => new Form().Picture(TestFiles.Sample("sample4.png"));

    [Theory]
    [InlineData("/v1/detect")]
    [InlineData("/v1/detect/by-example")]
    [InlineData("/v1/qr")]
    public async Task Without_an_image_the_field_is_named(string path)
    {
        foreach (var form in (Form[])[new Form().Text("prompts", "a star"), new Form().Text("prompts", "a star").Text(
            "image", "no file").Text("query", "no file")])
        {
            var problem = await _client.PostProblemAsync(path, form, HttpStatusCode.BadRequest);
            Assert.Contains("'image'", problem.Text("detail"), StringComparison.Ordinal);
            Assert.Equal("image", Assert.Single(problem.GetProperty("errors").EnumerateObject()).Name);
        }
    }

    [Theory]
    [InlineData("utf-7", HttpStatusCode.BadRequest)]
    [InlineData("utf-16", HttpStatusCode.OK)]
    public async Task A_charset_that_cannot_be_read_is_an_error_of_the_client(string charset, HttpStatusCode expected)
    {
        var form = WithPicture;
        var part = new ByteArrayContent("a star"u8.ToArray());
        part.Headers.TryAddWithoutValidation("Content-Type", $"text/plain; charset={charset}");
        form.Add(part, "prompts");
        using var response = await _client.PostAsync(new Uri("/v1/detect", UriKind.Relative), form);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Two_images_in_one_field_are_rejected()
    {
        var problem = await _client.PostProblemAsync(
            "/v1/qr", WithPicture.Picture(TestFiles.Sample("sample4.png")), HttpStatusCode.BadRequest);
        Assert.Contains("2 files", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_are_required()
    {
        foreach (var form in (Form[])[WithPicture, WithPicture.Text("prompts", ""), WithPicture.Text("prompts", " \n\t\r\n ", "")])
        {
            var problem = await _client.PostProblemAsync("/v1/detect", form, HttpStatusCode.BadRequest);
            Assert.Contains("'prompts'", problem.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task At_most_64_prompts_are_accepted()
    {
        var prompts = Enumerable.Range(1, 65).Select(number => $"prompt {number}");
        foreach (var form in (Form[])[WithPicture.Text("prompts", prompts), WithPicture.Text("prompts", string.Join('\n', prompts))])
        {
            var problem = await _client.PostProblemAsync("/v1/detect", form, HttpStatusCode.BadRequest);
            Assert.Contains("65 prompts; at most 64", problem.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_prompt_has_a_maximum_length()
    {
        var problem = await _client.PostProblemAsync(
            "/v1/detect", WithPicture.Text("prompts", new string('x', 401)), HttpStatusCode.BadRequest);
        Assert.Contains("401 characters; at most 400", problem.Text("detail"), StringComparison.Ordinal);
        await _client.PostOkAsync("/v1/detect", WithPicture.Text("prompts", string.Concat(Enumerable.Repeat("star ", 80))));
    }

    [Theory]
    [InlineData("confidence", "from 0 to 1", "NaN", "Infinity", "-0.01", "1.01", "0,5", "half", "1e999", "0x1")]
    [InlineData("nmsThreshold", "from 0.1 to 1", "NaN", "-Infinity", "0.09", "0", "1.01", "0,5", "half")]
    public async Task A_threshold_is_a_number_in_its_range(string field, string range, params string[] values)
    {
        foreach (var value in values)
        {
            foreach (var (path, form) in ((string, Form)[])[("/v1/detect", WithPicture.Text("prompts", "a star")), (
                "/v1/detect/by-example", WithPicture.Picture(TestFiles.Sample("sample4.png"), "query"))])
            {
                var problem = await _client.PostProblemAsync(path, form.Text(field, value), HttpStatusCode.BadRequest);
                Assert.Contains($"'{field}' is '{value}'", problem.Text("detail"), StringComparison.Ordinal);
                Assert.Contains(range, problem.Text("detail"), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("image/png", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=other", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", HttpStatusCode.BadRequest)]
    [InlineData("application/x-www-form-urlencoded", HttpStatusCode.BadRequest)]
    public async Task Content_that_is_not_a_form_is_rejected(string? contentType, HttpStatusCode status)
    {
        foreach (var path in (string[])["/v1/detect", "/v1/detect/by-example", "/v1/qr"])
        {
            var content = new ByteArrayContent(
                Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\nhalf of it"));
            if (contentType is not null)
                content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            var problem = await _client.PostProblemAsync(path, content, status);
            Assert.NotEmpty(problem.Text("detail"));
        }

        Assert.Empty(factory.Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--b\r\n")]
    [InlineData("--b--\r\n")]
    [InlineData("--b\r\n\r\n\r\n--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\ntext\r\n--b--\r\n")]
    [InlineData("--b\r\nContent-Disposition: nonsense\r\n\r\ntext\r\n--b--\r\n")]
    [InlineData("\0\0\0--b")]
    public async Task A_malformed_form_is_a_bad_request(string body)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
        await _client.PostProblemAsync("/v1/qr", content, HttpStatusCode.BadRequest);
        Assert.Empty(factory.Errors);
    }

    [Fact]
    public async Task Other_addresses_and_methods_are_answered_with_problems_too()
    {
        using var missing = await _client.GetAsync("/v2/detect");
        Assert.Equal("This address does not exist", (await missing.ReadProblemAsync(HttpStatusCode.NotFound)).Text("title"));
        using var method = await _client.GetAsync("/v1/detect");
        await method.ReadProblemAsync(HttpStatusCode.MethodNotAllowed);
    }
}
