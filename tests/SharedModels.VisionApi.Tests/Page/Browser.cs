using Microsoft.Playwright;
using SharedModels.Tests.Browsing;

namespace SharedModels.VisionApi.Tests.Page;

/// <summary>Chromium, and the sample on a port of its own.</summary>
public sealed class Browser : IAsyncLifetime, IDisposable
{
    private readonly VisionApiFactory _factory = new();
    private Chromium? _chromium;

    public async Task InitializeAsync()
    {
        if (BrowserTheoryAttribute.Reason is not null)
            return;
        _factory.Listen();
        _chromium = await Chromium.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
    }

    internal ISharedModelManager Manager => _factory.Manager;

    public void Dispose() => _factory.Dispose();

    internal async Task<Visit> VisitAsync(int width = 1280, int height = 860, bool isDark = false)
    {
        var visit = await _chromium!.VisitAsync(_factory.ClientOptions.BaseAddress, width, height, isDark);
        await Assertions.Expect(visit.Page.Locator("#devices")).ToContainTextAsync("cpu");
        await Assertions.Expect(visit.Page.Locator("#headline")).ToHaveTextAsync("Press Find.");
        return visit;
    }
}
