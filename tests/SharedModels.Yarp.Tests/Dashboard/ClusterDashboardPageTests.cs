using Microsoft.Playwright;
using SharedModels.Tests.Browsing;

namespace SharedModels.Yarp.Tests.Dashboard;

/// <summary>The live page of a cluster in a real browser. With <c>SCREENSHOTS=folder</c> screenshots are saved to the folder.</summary>
[LongRunning(minutes: 4)]
public sealed class ClusterDashboardPageTests
{
    [BrowserFact]
    public async Task It_shows_nodes_models_requests_and_events_and_fits_the_screen()
    {
        await using var first = await TestNode.StartAsync("first");
        await using var second = await TestNode.StartAsync("second", maxQueueLength: 1);
        var lost = await TestNode.StartAsync("lost");
        await first.Manager.PreloadAsync("a");
        await second.Manager.PreloadAsync("b");
        var lostName = new Uri(lost.Address).Authority;
        await using var gateway = await TestGateway.StartAsync(first, second, lost);
        for (var i = 0; i < 20; i++)
            (await gateway.PostAsync("/work/a")).Dispose();
        await lost.StopAsync();
        await lost.DisposeAsync();
        first.Work.Close();
        var running = gateway.PostAsync("/work/a");
        await Condition.UntilAsync(() => first.Executions == 21);
        await using var visit = await Chromium.VisitAsync(gateway.Page);
        var page = visit.Page;
        await Assertions.Expect(page.Locator("#link")).ToHaveTextAsync("live");
        await Assertions.Expect(page.Locator("#total-nodes")).ToHaveTextAsync("2 of 3");
        await Assertions.Expect(page.Locator("#total-in-flight")).ToHaveTextAsync("1");
        await Assertions.Expect(page.Locator("#tiles")).ToContainTextAsync("20 in total");
        await Assertions.Expect(page.Locator("#nodes .node")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#nodes .node", new() { HasText = lostName })).ToContainTextAsync("does not report");
        await Assertions.Expect(page.Locator("#placement tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#placement tr").First).ToContainTextAsync("resident");
        await Assertions.Expect(page.Locator("#placement tr").First).ToContainTextAsync("not known");
        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync($"{lostName} has stopped");
        await Assertions.Expect(page.Locator("#routes .second i").First).ToBeVisibleAsync();
        foreach (var (theme, width) in new[] { (ColorScheme.Dark, 1280), (ColorScheme.Light, 320) })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await page.SetViewportSizeAsync(width, 860);
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            Assert.Empty(await visit.FindBarriersAsync());
            await visit.SaveScreenshotAsync($"cluster-{theme}-{width}");
        }

        Assert.Empty(visit.Complaints);
        first.Work.Open();
        (await running).Dispose();
    }
}
