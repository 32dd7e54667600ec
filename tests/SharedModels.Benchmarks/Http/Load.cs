using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace SharedModels.Benchmarks.Http;

/// <summary>Clients that send images, one request after the other.</summary>
/// <param name="server">The sample.</param>
/// <param name="sendsCodes">True if every other image is one with a QR code. The others show shapes.</param>
internal sealed class Load(VisionServer server, bool sendsCodes = true) : IDisposable
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterRejection = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = new() { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
    private readonly byte[] _code = File.ReadAllBytes(Repository.File("tests", "fixtures", "qr", "clean-03.png"));
    private readonly byte[] _shapes = File.ReadAllBytes(
        Repository.File("samples", "VisionApi", "demo-checkpoint", "samples", "sample4.png"));

    /// <param name="clients">The number of clients.</param>
    /// <param name="duration">The time after which the clients send no further requests.</param>
    /// <param name="leavesWithin">
    /// The maximum time, in milliseconds, after which a client closes its connection, or 0 if the client waits for its answer.
    /// </param>
    public async Task<LoadResult> RunAsync(int clients, TimeSpan duration, Func<int, int> leavesWithin)
    {
        var result = new LoadResult();
        using var end = new CancellationTokenSource(duration);
        var running = Enumerable.Range(0, clients)
            .Select(client => RunClientAsync(client, result, leavesWithin(client), end.Token))
            .ToList();
        using var timer = new PeriodicTimer(Sample);
        while (!end.IsCancellationRequested && await timer.WaitForNextTickAsync())
            result.AddMemory(server.MemoryBytes);
        await Task.WhenAll(running);
        return result;
    }

    public void Dispose() => _client.Dispose();

    private async Task RunClientAsync(int client, LoadResult result, int leavesWithin, CancellationToken end)
    {
        var random = new Random(client);
        for (var turn = client; !end.IsCancellationRequested; turn++)
        {
            using var leave = new CancellationTokenSource();
            if (leavesWithin > 0)
                leave.CancelAfter(random.Next(1, leavesWithin));
            try
            {
                if (!await SendAsync(sendsCodes && turn % 2 == 0, result, leave.Token))
                    await Task.Delay(AfterRejection, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested)
            {
                result.AddDeparture();
            }
            catch (HttpRequestException) when (leave.IsCancellationRequested)
            {
                result.AddDeparture();
            }
            catch (HttpRequestException broken)
            {
                result.Errors.Add(broken.Message);
            }
        }
    }

    private async Task<bool> SendAsync(bool isCode, LoadResult result, CancellationToken leave)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(isCode ? _code : _shapes), "image", "picture.png" } };
        if (!isCode)
            form.Add(new StringContent("a yellow cross"), "prompts");
        var start = Stopwatch.GetTimestamp();
        using var response = await _client.PostAsync(isCode ? "/v1/qr" : "/v1/detect", form, leave);
        var body = await response.Content.ReadAsStringAsync(leave);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            var time = Stopwatch.GetElapsedTime(start);
            var wait = JsonSerializer.Deserialize<JsonElement>(body).GetProperty("timing").GetProperty("waitMs").GetDouble();
            result.Add(time, time - TimeSpan.FromMilliseconds(wait));
            return true;
        }

        if (response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null)
            result.AddRejection();
        else
            result.Errors.Add($"{(int)response.StatusCode}: {body}");
        return false;
    }
}
