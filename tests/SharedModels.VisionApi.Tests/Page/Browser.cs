using Microsoft.Playwright;
using SharedModels.Tests.Browsing;

namespace SharedModels.VisionApi.Tests.Page;

/// <summary>The sample on a port of its own, for Chromium.</summary>
public sealed class Browser : IDisposable
{
    private readonly VisionApiFactory _factory = new();

    public Browser()
    {
        if (BrowserTheoryAttribute.Reason is null)
            _factory.Listen();
    }

    internal ISharedModelManager Manager => _factory.Manager;

    public void Dispose() => _factory.Dispose();

    internal async Task<Visit> VisitAsync(int width = 1280, int height = 860, bool isDark = false)
    {
        var visit = await Chromium.VisitAsync(_factory.ClientOptions.BaseAddress, width, height, isDark);
        await Assertions.Expect(visit.Page.Locator("#devices")).ToContainTextAsync("cpu");
        await Assertions.Expect(visit.Page.Locator("#headline")).ToHaveTextAsync("Press Find.");
        return visit;
    }
}
