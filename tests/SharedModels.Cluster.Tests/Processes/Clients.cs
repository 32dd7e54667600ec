using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace SharedModels.Cluster.Tests.Processes;

/// <summary>Clients that send one request after another until they are stopped.</summary>
internal sealed class Clients : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task _loops;
    private int _served;
    private long _longest;

    public Clients(GatewayProcess gateway, int count, string path)
        : this(content => gateway.PostAsync(path, content), count)
    {
    }

    public Clients(Func<HttpContent, Task<HttpResponseMessage>> send, int count) =>
        _loops = Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => SendAsync(send))));

    public int Served => Volatile.Read(ref _served);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>The longest time of a request that was served.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Volatile.Read(ref _longest));

    /// <summary>Waits until further requests have been served, or until one has failed.</summary>
    public Task UntilServedAsync(int further)
    {
        var target = Served + further;
        return Condition.UntilAsync(() => Served >= target || !_failures.IsEmpty);
    }

    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _loops;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
    }

    private async Task SendAsync(Func<HttpContent, Task<HttpResponseMessage>> send)
    {
        while (!_end.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            try
            {
                using var content = new UploadContent(1_000);
                using var response = await send(content);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    _failures.Enqueue($"{(int)response.StatusCode}");
                    continue;
                }

                Interlocked.Increment(ref _served);
                var time = Stopwatch.GetElapsedTime(start).Ticks;
                while (Volatile.Read(ref _longest) is var longest && time > longest)
                    Interlocked.CompareExchange(ref _longest, time, longest);
            }
            catch (HttpRequestException exception)
            {
                _failures.Enqueue(exception.Message);
            }
        }
    }
}
