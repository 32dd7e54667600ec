using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using VisionApi.Uploads;

namespace SharedModels.VisionApi.Tests.Uploads;

/// <summary>Limits of length on a real connection, which would break if the server did not read to the end.</summary>
public sealed class UploadLimitTests : IDisposable
{
    private const int Limit = 20_000_000;

    private readonly VisionApiFactory _factory = new();
    private readonly HttpClient _client;

    public UploadLimitTests() => _client = new HttpClient { BaseAddress = _factory.Listen() };

    public void Dispose()
    {
        _client.Dispose();
        _factory.Dispose();
    }

    [Theory]
    [InlineData("/v1/detect")]
    [InlineData("/v1/detect/by-example")]
    [InlineData("/v1/qr")]
    public async Task An_image_of_more_than_20_MB_is_rejected(string path)
    {
        var form = new Form()
            .Picture(new byte[Limit + 1], "image")
            .Picture(TestFiles.Sample("sample4.png"), "query")
            .Text("prompts", "a star");
        var problem = await _client.PostProblemAsync(path, form, HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("20 MB", problem.Text("detail"), StringComparison.Ordinal);
        await SucceedsAsync();
    }

    [Fact]
    public async Task An_image_of_20_MB_is_read()
    {
        // It is not an image, but the error comes from the decoder and not from the limit.
        await _client.PostProblemAsync("/v1/qr", new Form().Picture(new byte[Limit]), HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_body_that_declares_its_length_is_rejected_before_it_is_sent()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/qr") { Content = new Form().Picture(new byte[2 * Limit]) };
        request.Headers.ExpectContinue = true;
        using var response = await _client.SendAsync(request);
        var problem = await response.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("The request is too large", problem.Text("title"));
        Assert.Contains("an image can have at most 20 MB", problem.Text("detail"), StringComparison.Ordinal);
        await SucceedsAsync();
    }

    [Theory]
    [InlineData(2_000_000, false, "The request has 22")]
    [InlineData(2_000_000, true, "The request has more than 21 MB")]
    [InlineData(60_000_000, false, "The request has 80")]
    [InlineData(60_000_000, true, "The request has more than 21 MB")]
    public async Task A_client_that_reads_only_after_it_has_sent_everything_gets_the_answer_too(int tooMuch, bool isChunked, string detail)
    {
        var form = new Form().Picture(new byte[Limit + tooMuch]);
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/v1/qr") { Content = new StreamContent(await form.ReadAsStreamAsync()) };
        request.Content.Headers.ContentType = form.Headers.ContentType;
        request.Headers.TransferEncodingChunked = isChunked;
        using var response = await _client.SendAsync(request);
        var problem = await response.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.StartsWith(detail, problem.Text("detail"), StringComparison.Ordinal);
        await SucceedsAsync();
    }

    [Fact]
    public async Task A_body_too_long_to_discard_is_rejected_before_it_is_sent()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_client.BaseAddress!.Host, _client.BaseAddress.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/qr HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; "
            + "boundary=x\r\nContent-Length: 121000001\r\n\r\n"));
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await new StreamReader(stream).ReadLineAsync());
    }

    [Fact]
    public async Task A_body_too_long_to_discard_is_rejected_with_the_limit_of_images()
    {
        await using var body = new LimitedBody(new EndlessBody(), 10, static () => new("At most 10 bytes."));
        var rejected = await Assert.ThrowsAsync<BadHttpRequestException>(() => body.CopyToAsync(Stream.Null));
        Assert.Equal("At most 10 bytes.", rejected.Message);
    }

    private async Task SucceedsAsync()
    {
        await _client.PostOkAsync("/v1/qr", new Form().Picture(TestFiles.Qr("clean-03.png")));
        Assert.Empty(_factory.Errors);
    }
}
