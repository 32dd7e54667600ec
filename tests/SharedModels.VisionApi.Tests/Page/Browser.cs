using Microsoft.Playwright;

namespace SharedModels.VisionApi.Tests.Page;

/// <summary>Chromium, and the sample on a port for it.</summary>
public sealed class Browser : IAsyncLifetime, IDisposable
{
    public const string Path = "/usr/bin/chromium";

    private readonly VisionApiFactory _factory = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        if (!File.Exists(Path))
            return;
        _factory.Listen();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }

    public void Dispose()
    {
        _playwright?.Dispose();
        _factory.Dispose();
    }

    internal async Task<Visit> VisitAsync(int width = 1280, int height = 860)
    {
        var page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = height } });
        var visit = new Visit(page);
        await page.GotoAsync(_factory.ClientOptions.BaseAddress.ToString());
        await Assertions.Expect(page.Locator("#devices")).ToContainTextAsync("cpu");
        await Assertions.Expect(page.Locator("#headline")).ToHaveTextAsync("Press Find.");
        return visit;
    }
}
