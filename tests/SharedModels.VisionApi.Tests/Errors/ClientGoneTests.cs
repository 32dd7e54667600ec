namespace SharedModels.VisionApi.Tests.Errors;

/// <summary>Clients that disconnect, on real connections.</summary>
public sealed class ClientGoneTests : IDisposable
{
    private readonly VisionApiFactory _factory = new();
    private readonly HttpClient _client;

    public ClientGoneTests() => _client = new HttpClient { BaseAddress = _factory.Listen() };

    private static Form Form => new Form().Picture(TestFiles.Sample("sample4.png")).Text("prompts", "a star");

    public void Dispose()
    {
        _client.Dispose();
        _factory.Dispose();
    }

    [Fact]
    public async Task Its_place_in_the_queue_is_free_immediately_and_nothing_is_logged()
    {
        await using (await _factory.Manager.FetchModelAsync("owlv2"))
        {
            using var leave = new CancellationTokenSource();
            var leaving = _client.PostAsync("/v1/detect", Form, leave.Token);
            await _client.WaitForModelsAsync(models => models.QueueLength() == 1);
            var staying = _client.PostOkAsync("/v1/detect", Form);
            await _client.WaitForModelsAsync(models => models.QueueLength() == 2);
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
            await _client.WaitForModelsAsync(models => models.QueueLength() == 1);
            Assert.False(staying.IsCompleted);
        }

        await _client.PostOkAsync("/v1/detect", Form);
        await _client.WaitForModelsAsync(models => models.Leases() == 0);
        Assert.Empty(_factory.Errors);
        Assert.All(_factory.Warnings, static line => Assert.Contains("AllowAnonymousControl", line.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_that_ends_half_way_leaves_no_trace()
    {
        using (var connection = new System.Net.Sockets.TcpClient())
        {
            await connection.ConnectAsync(_client.BaseAddress!.Host, _client.BaseAddress.Port);
            var head =
                "POST /v1/qr HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"u8
                + "Content-Length: 1000\r\n\r\n--b\r\nContent-Disp"u8;
            await connection.GetStream().WriteAsync(head.ToArray());
        }

        await _client.PostOkAsync("/v1/qr", new Form().Picture(TestFiles.Qr("clean-03.png")));
        await _client.WaitForModelsAsync(models => models.Leases() == 0);
        Assert.Empty(_factory.Errors);
    }
}
