using Microsoft.Playwright;

namespace SharedModels.Tests.Browsing;

/// <summary>The browser of the system, in headless mode. All tests of a process share it, and it ends with the process.</summary>
internal static class Chromium
{
    public const string Path = "/usr/bin/chromium";

    private static readonly float Timeout = (float)TestBound.WaitForProgram.TotalMilliseconds;

    private static readonly Lazy<Task<IBrowser>> Browser = new(StartAsync);

    /// <summary>Opens a page in a profile of its own.</summary>
    public static async Task<Visit> VisitAsync(Uri address, int width = 1280, int height = 860, bool isDark = false)
    {
        var browser = await Browser.Value;
        var context = await browser.NewContextAsync(
            new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Timeout);
        page.SetDefaultNavigationTimeout(Timeout);
        var visit = new Visit(page);
        await page.GotoAsync(address.ToString());
        return visit;
    }

    // The timeouts are long enough for a busy machine.
    private static async Task<IBrowser> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Timeout);
        var playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Path, Timeout = Timeout, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
    }
}
