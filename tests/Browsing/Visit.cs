using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace SharedModels.Tests.Browsing;

/// <summary>A visit to a page, with the errors that the browser reports.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = [];

    public Visit(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Note(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.RequestFailed += (_, request) => Note(request.Failure != "net::ERR_ABORTED", $"{request.Url}: {request.Failure}");
    }

    public IPage Page { get; }

    public IReadOnlyCollection<string> Complaints => _complaints;

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint)
            _complaints.Enqueue(text);
    }
}
