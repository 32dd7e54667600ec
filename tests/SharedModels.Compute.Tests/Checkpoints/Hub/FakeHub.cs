using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using SharedModels.Tests.Bounded;

namespace SharedModels.Compute.Tests.Checkpoints.Hub;

/// <summary>
/// A hub on the loopback device with scripted responses. It uses plain sockets, so that it can send wrong lengths and close connections.
/// As a proxy, it responds for every host.
/// </summary>
internal sealed class FakeHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<FakeRequest> _requests = [];
    private readonly Task _serving;

    public FakeHub()
    {
        _listener.Start();
        Address = $"http://{_listener.LocalEndpoint}";
        _serving = ServeAsync();
    }

    /// <summary>The files of the repository. Files of more than 100 bytes count as large and have a SHA-256.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>The ETags of files whose reported ETag differs from the actual one.</summary>
    public Dictionary<string, string> Etags { get; } = [];

    /// <summary>The sizes of files whose reported size differs from the actual one.</summary>
    public Dictionary<string, long> Sizes { get; } = [];

    /// <summary>
    /// Returns the response to a request, or <see langword="null"/> for the default one. The number counts requests of the same kind and
    /// path.
    /// </summary>
    public Func<FakeRequest, int, FakeAnswer?> Script { get; set; } = static (_, _) => null;

    public string Repository { get; set; } = "acme/owl";

    public string Address { get; }

    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    public IEnumerable<FakeRequest> Gets => Requests.Where(static request => request.Method == "GET");

    /// <summary>Returns the SHA-256 of a large file, or the git hash of a small file.</summary>
    public static string EtagOf(byte[] content)
    {
        if (content.Length > 100)
            return Convert.ToHexStringLower(SHA256.HashData(content));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Returns the default response.</summary>
    public FakeAnswer Answer(FakeRequest request)
    {
        var prefix = $"/{Repository}/resolve/";
        var parts = request.Path.StartsWith(prefix, StringComparison.Ordinal) ? request.Path[prefix.Length..].Split('/') : [];
        if (parts is not [var revision, var name])
            return new(404) { Headers = { ["X-Error-Code"] = "RepoNotFound" } };
        if (revision is not ("main" or "v1.0" or Commit))
            return new(404) { Headers = { ["X-Error-Code"] = "RevisionNotFound" } };
        if (!Files.TryGetValue(name, out var content))
            return new(404) { Headers = { ["X-Error-Code"] = "EntryNotFound", ["X-Repo-Commit"] = Commit } };
        var etag = Etags.GetValueOrDefault(name) ?? EtagOf(content);
        var answer = new FakeAnswer(200, content) { Headers = { ["X-Repo-Commit"] = Commit, ["ETag"] = $"\"{etag}\"" } };
        if (content.Length > 100)
            answer.Headers["X-Linked-Etag"] = $"\"{etag}\"";
        if (content.Length > 100 || Sizes.ContainsKey(name))
            answer.Headers["X-Linked-Size"] = Sizes.GetValueOrDefault(name, content.Length).ToString(CultureInfo.InvariantCulture);
        if (request.RangeBegin is not { } begin || (request.Header("If-Range") is { } condition && condition != $"\"{etag}\""))
            return answer;
        return begin >= content.Length
            ? new(416) { Headers = { ["Content-Range"] = $"bytes */{content.Length}" } }
            : answer with
            {
                Status = 206,
                Body = content[(int)begin..],
                Headers = new(answer.Headers) { ["Content-Range"] = $"bytes {begin}-{content.Length - 1}/{content.Length}" },
            };
    }

    public void Dispose()
    {
        if (_serving.IsCompleted)
            return;
        _stopping.Cancel();
        _listener.Stop();
        _serving.Wait(TestBound.Wait);
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                open.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is { } request)
                {
                    var number = _requests.Count(other => other.Method == request.Method && other.Path == request.Path) + 1;
                    _requests.Enqueue(request);
                    var answer = Script(request, number) ?? Answer(request);
                    if (!await answer.WriteAsync(stream, isHead: request.Method == "HEAD", _stopping.Token))
                        break;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client has disconnected, or the test has ended.
            }
        }
    }

    private async Task<FakeRequest?> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0)
                return null;
            text.Append((char)one[0]);
        }

        return FakeRequest.Parse(text.ToString());
    }
}
