using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;
using SharedModels.Yarp.Gateways;

namespace SharedModels.Yarp.Tests;

public sealed class NodeClientTests : IDisposable
{
    private readonly TcpListener _node = new(IPAddress.Loopback, 0);
    private readonly NodeClient _client = new(Options.Create(new ClusterOptions()));

    public NodeClientTests() => _node.Start();

    public void Dispose()
    {
        _client.Dispose();
        _node.Dispose();
    }

    [Fact]
    public async Task A_request_that_ends_a_connection_is_not_sent_again()
    {
        var requests = 0;
        var serving = Task.Run(async () =>
        {
            using (var first = await _node.AcceptSocketAsync())
            {
                requests += await ReadAsync(first);
                await first.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                requests += await ReadAsync(first);
            }

            using var second = await _node.AcceptSocketAsync();
            requests += await ReadAsync(second);
        });
        using (await SendAsync())
        {
        }

        await Assert.ThrowsAsync<HttpRequestException>(SendAsync);
        await serving.WaitAsync(TestBound.Wait);

        Assert.Equal(2, requests);
    }

    private async Task<HttpResponseMessage> SendAsync()
    {
        SentMark.Begin();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_node.LocalEndpoint}/");
        return await _client.Invoker.SendAsync(request, CancellationToken.None).WaitAsync(TestBound.Wait);
    }

    /// <summary>Reads a request. Returns 0 if the connection ends before it.</summary>
    private static async Task<int> ReadAsync(Socket socket)
    {
        var text = "";
        var buffer = new byte[4096];
        while (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var bytes = await socket.ReceiveAsync(buffer);
            if (bytes == 0)
                return 0;
            text += Encoding.ASCII.GetString(buffer, 0, bytes);
        }

        return 1;
    }
}
