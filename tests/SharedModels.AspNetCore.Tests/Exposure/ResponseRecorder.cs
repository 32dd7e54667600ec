using System.Collections.Concurrent;
using System.Text;

namespace SharedModels.AspNetCore.Tests.Exposure;

/// <summary>Records everything that an application answers: status line, headers, body and trailers.</summary>
internal sealed class ResponseRecorder(HttpMessageHandler server) : DelegatingHandler(server)
{
    private readonly ConcurrentQueue<string> _answers = [];

    public string Text => string.Join('\n', _answers);

    public static string HeadOf(HttpResponseMessage response) =>
        $"{response.Version} {(int)response.StatusCode} {response.ReasonPhrase}\n{response.Headers}{response.Content.Headers}";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var text = new StringBuilder(HeadOf(response));
        text.Append(await response.Content.ReadAsStringAsync(cancellationToken)).Append(response.TrailingHeaders);
        _answers.Enqueue(text.ToString());
        return response;
    }
}
