using System.Collections.Concurrent;
using Deque.AxeCore.Playwright;
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

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();

    /// <summary>
    /// Returns the barriers that axe finds for people with disabilities, by the rules of WCAG 2.2 AA and its best practices.
    /// </summary>
    public async Task<IReadOnlyList<string>> FindBarriersAsync()
    {
        var result = await Page.RunAxe();
        return [.. result.Violations.SelectMany(static rule => rule.Nodes.Select(
            node => $"{rule.Id}: {rule.Help}: {node.Html}: {string.Join(' ', node.Any.Select(static check => check.Message))}"))];
    }

    /// <summary>Saves a screenshot if <c>SCREENSHOTS</c> names a folder.</summary>
    public async Task SaveScreenshotAsync(string name, bool isFullPage = true)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = isFullPage });
    }

    private void Note(bool isComplaint, string text)
    {
        if (isComplaint)
            _complaints.Enqueue(text);
    }
}
