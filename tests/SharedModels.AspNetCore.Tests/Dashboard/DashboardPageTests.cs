using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using SharedModels.Tests.Browsing;

namespace SharedModels.AspNetCore.Tests.Dashboard;

/// <summary>The live page in a real browser. With <c>SCREENSHOTS=folder</c> screenshots are saved to the folder.</summary>
[LongRunning(minutes: 4)]
public sealed class DashboardPageTests
{
    // The number of words in the legends that are not on the line of their swatch.
    private const string BrokenEntries =
        """
        [...document.querySelectorAll(".entry, .legend li")].filter(entry => {
          const word = document.createRange();
          word.selectNodeContents(entry.lastChild);
          const [swatch, text] = [entry.firstElementChild.getBoundingClientRect(), word.getBoundingClientRect()];
          return word.getClientRects().length !== 1 || swatch.bottom < text.top || swatch.top > text.bottom || swatch.right > text.left;
        }).length
        """;

    [BrowserTheory]
    [InlineData("light", 1280)]
    [InlineData("dark", 1280)]
    [InlineData("light", 390)]
    [InlineData("dark", 390)]
    [InlineData("light", 320)]
    public async Task It_shows_two_minutes_of_an_application_and_fits_the_screen(string theme, int width)
    {
        var time = new FakeTimeProvider();
        await using var application = await LiveApplication.StartAsync(time);
        await Scene.PlayAsync(application, time);
        using var clock = Scene.GoOn(time);
        await using var visit = await Chromium.VisitAsync(application.Page, width, 966, theme == "dark");
        var page = visit.Page;
        await Assertions.Expect(page.Locator("#devices .device")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator("#models tr")).ToHaveCountAsync(6);
        await Assertions.Expect(page.Locator("#models tr", new() { HasText = "owlv2" })).ToContainTextAsync("5 GB");
        await Assertions.Expect(page.Locator("#tiles div").First).ToContainTextAsync("In use2leases held");
        await Assertions.Expect(page.Locator("#queue")).ToContainTextAsync("oldest");
        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync("depth failed: the weights are damaged");
        await Assertions
            .Expect(page.Locator("#events"))
            .ToContainTextAsync("A request for depth was rejected: the model could not be loaded");
        await Assertions.Expect(page.Locator("#events")).ToContainTextAsync("to make room");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(await page.EvaluateAsync<bool>(
            "() => { const c = document.getElementById('canvas'); return c.getContext('2d').getImageData(0, 0, c.width, "
            + "c.height).data.some(value => value > 0); }"));
        Assert.Empty(await visit.FindBarriersAsync());
        Assert.Equal(0, await page.EvaluateAsync<int>(BrokenEntries));
        await visit.SaveScreenshotAsync($"{theme}-{width}", isFullPage: width < 1280);
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task Replicas_take_the_memory_of_their_devices()
    {
        await using var application = await LiveApplication.StartAsync(TimeProvider.System);
        await using var visit = await Chromium.VisitAsync(application.Page);
        var devices = await visit.Page.EvaluateAsync<string>(
            """
            async () => {
              const { show } = await import("/models/view.js");
              const replicas = [{ device: "fake:0", residency: "OnDevice" }, { device: "fake:1", residency: "Moving" }];
              const model = { id: "owlv2", residency: "OnDevice", device: "fake:0", replicas, bytes: { host: 10, device: 20, working: 0 } };
              const device = (name, used) => [name, { device: name, used, budget: 100, holders: 0, maxHolders: 1, queueLength: 0, error: null }];
              show({
                models: new Map([["owlv2", model]]),
                devices: new Map([device("cpu", 20), device("fake:0", 20), device("fake:1", 25)]),
                waiting: new Map(), waits: [], marks: [],
                figures: () => ({ inUse: 0, waiting: 0, granted: 0, rejected: 0, moves: 0, evictions: 0, faults: 0 }),
              }, 0);
              return [...document.querySelectorAll("#devices .device > p")].map(({ firstChild }) => firstChild.textContent).join("; ");
            }
            """);
        Assert.Equal("owlv2 20 B; owlv2 20 B; owlv2 20 B · 5 B working memory", devices);
    }

    [BrowserFact]
    public async Task It_counts_correctly_under_a_thousand_changes_a_second_and_stays_small()
    {
        const int ticks = 100, each = 30;
        await using var application = await LiveApplication.StartAsync(TimeProvider.System, bytesPerSecond: double.PositiveInfinity);
        await using var visit = await Chromium.VisitAsync(application.Page);
        var page = visit.Page;
        await Assertions.Expect(page.Locator("#link")).ToHaveTextAsync("live");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var tick = 0; tick < ticks && await timer.WaitForNextTickAsync(); tick++)
        {
            for (var i = 0; i < each; i++)
                await application.UseAsync(LiveApplication.Models[i % LiveApplication.Models.Count], TimeSpan.Zero, TimeProvider.System);
        }

        await Assertions
            .Expect(page.Locator("#total-granted"))
            .ToHaveTextAsync((ticks * each).ToString("N0", CultureInfo.InvariantCulture));
        await Assertions.Expect(page.Locator("#tiles div").First.Locator("dd").First).ToHaveTextAsync("0");
        Assert.InRange(await page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 100, 400);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task A_client_that_fell_behind_shows_the_current_state_again()
    {
        await using var application = await LiveApplication.StartAsync(TimeProvider.System, bytesPerSecond: double.PositiveInfinity);
        await using var visit = await Chromium.VisitAsync(application.Page);
        await Assertions.Expect(visit.Page.Locator("#link")).ToHaveTextAsync("live");
        await using (await application.Manager.FetchModelAsync("whisper"))
        {
            for (var i = 0; i < 30_000; i++)
                await application.UseAsync("qr-reader", TimeSpan.Zero, TimeProvider.System);
            await Assertions.Expect(visit.Page.Locator("#tiles div").First.Locator("dd").First).ToHaveTextAsync("1");
        }

        await Assertions.Expect(visit.Page.Locator("#tiles div").First.Locator("dd").First).ToHaveTextAsync("0");
    }

    [BrowserFact]
    public async Task A_moment_can_be_shown_with_the_keyboard_only()
    {
        var time = new FakeTimeProvider();
        await using var application = await LiveApplication.StartAsync(time);
        await Scene.PlayAsync(application, time);
        using var clock = Scene.GoOn(time);
        await using var visit = await Chromium.VisitAsync(application.Page);
        var page = visit.Page;
        await Assertions.Expect(page.Locator("#devices .device")).ToHaveCountAsync(3);
        var slider = page.GetByRole(AriaRole.Slider, new() { Name = "Point in time" });
        for (var i = 0; i < 3; i++)
            await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(slider).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Home");
        await Assertions.Expect(page.Locator("#moment")).ToContainTextAsync("120 s ago");
        for (var i = 0; i < 3; i++)
            await page.Keyboard.PressAsync("PageDown");
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(page.Locator("#moment")).ToContainTextAsync("91 s ago");
        Assert.Contains("fake:0: ", await slider.GetAttributeAsync("aria-valuetext") ?? "", StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#moment")).ToBeHiddenAsync();
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task On_a_phone_the_table_shows_that_it_scrolls_and_scrolls_with_the_keyboard()
    {
        await using var application = await LiveApplication.StartAsync(TimeProvider.System, canControl: true);
        await using var visit = await Chromium.VisitAsync(application.Page, width: 390);
        var table = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Table of models" });
        await Assertions.Expect(visit.Page.Locator("#models tr")).ToHaveCountAsync(LiveApplication.Models.Count);
        Assert.True(await table.EvaluateAsync<bool>("table => table.scrollWidth > table.clientWidth + 100"));
        var shadows = await table.EvaluateAsync<string>("table => getComputedStyle(table).backgroundImage");
        Assert.Contains("linear-gradient", shadows, StringComparison.Ordinal);
        await table.FocusAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await Condition.UntilAsync(async () => await table.EvaluateAsync<double>("table => table.scrollLeft") > 0);
        await visit.Page.Locator(".scroll").ScrollIntoViewIfNeededAsync();
        await visit.SaveScreenshotAsync("live-table-390", isFullPage: false);
    }

    [BrowserFact]
    public async Task A_link_leads_back_to_the_application_but_not_inside_it()
    {
        await using var application = await LiveApplication.StartAsync(TimeProvider.System);
        await using var visit = await Chromium.VisitAsync(application.Page);
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Back to the application" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByText("The application")).ToBeVisibleAsync();
    }

    [BrowserTheory]
    [InlineData("light", 1280)]
    [InlineData("dark", 390)]
    public async Task A_lost_connection_is_announced_until_the_page_has_caught_up(string theme, int width)
    {
        var application = await LiveApplication.StartAsync(TimeProvider.System, double.PositiveInfinity);
        await using var visit = await Chromium.VisitAsync(application.Page, width, isDark: theme == "dark");
        var (address, notice) = (application.Address, visit.Page.Locator("#notice"));
        await Assertions.Expect(visit.Page.Locator("#link")).ToHaveTextAsync("live");
        await Assertions.Expect(notice).ToBeHiddenAsync();
        await application.DisposeAsync();
        await Assertions.Expect(notice).ToContainTextAsync("The connection to the server was lost at");
        Assert.Empty(await visit.FindBarriersAsync());
        await visit.SaveScreenshotAsync($"live-lost-{theme}-{width}", isFullPage: false);
        await using var again = await LiveApplication.StartAsync(TimeProvider.System, double.PositiveInfinity, address);
        await Assertions.Expect(visit.Page.Locator("#link")).ToHaveTextAsync("live");
        await Assertions.Expect(notice).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task A_lost_device_is_shown_as_lost_until_it_is_back()
    {
        var time = new FakeTimeProvider();
        await using var application = await LiveApplication.StartAsync(time);
        using var clock = Scene.GoOn(time);
        await using var visit = await Chromium.VisitAsync(application.Page);
        var device = visit.Page.Locator("#devices .device", new() { HasText = "fake:1" });
        await Assertions.Expect(device).ToContainTextAsync("free");
        application.Accelerator.Lose(application.Accelerator[1].Device, new IOException("it fell off the bus"));
        await Assertions.Expect(device).ToContainTextAsync("lost");
        await Assertions.Expect(visit.Page.Locator("#events")).ToContainTextAsync("fake:1 is lost: it fell off the bus");
        application.Accelerator.Return();
        await Assertions.Expect(device).ToContainTextAsync("free");
        Assert.Empty(visit.Complaints);
    }

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_budget_that_follows_other_processes_is_shown_with_its_new_size(bool includeDetails)
    {
        var time = new FakeTimeProvider();
        await using var application = await LiveApplication.StartAsync(time, includeDetails: includeDetails);
        await using var visit = await Chromium.VisitAsync(application.Page);
        var device = visit.Page.Locator("#devices .device", new() { HasText = "fake:1" });
        await Assertions.Expect(device).ToContainTextAsync("0 B of 16 GB");
        application.Accelerator.ChangeMemory(9_500_000_000, application.Accelerator[1].Device);
        await Assertions.Expect(visit.Page.Locator("#events")).ToContainTextAsync("Other processes leave 9.5 GB of fake:1 for models");
        await Assertions.Expect(device).ToContainTextAsync("0 B of 9.5 GB");
        await Assertions.Expect(visit.Page.Locator("#tiles")).ToContainTextAsync("0 evicted");
        await visit.SaveScreenshotAsync($"budget-{includeDetails}", isFullPage: false);
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task Without_exception_details_it_shows_faults_without_their_cause()
    {
        var time = new FakeTimeProvider();
        await using var application = await LiveApplication.StartAsync(time, includeDetails: false);
        using var clock = Scene.GoOn(time);
        await using var visit = await Chromium.VisitAsync(application.Page);
        var (device, events) = (visit.Page.Locator("#devices .device", new() { HasText = "fake:1" }), visit.Page.Locator("#events"));
        await Assertions.Expect(device).ToContainTextAsync("free");
        application.Script("depth").Load.FailWith(new IOException("private"));
        await application.UseAsync("depth", TimeSpan.Zero, time);
        application.Accelerator.Lose(application.Accelerator[1].Device, new IOException("private"));
        await Assertions.Expect(device).ToContainTextAsync("Device fake:1 is out of service.");
        await Assertions.Expect(events).ToContainTextAsync("depth failed");
        await Assertions.Expect(events).ToContainTextAsync("fake:1 is lost");
        await Assertions
            .Expect(visit.Page.Locator("#models tr", new() { HasText = "depth" }))
            .ToContainTextAsync("The model 'depth' could not be loaded.");
        Assert.DoesNotContain("private", await visit.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task When_the_server_restarts_the_page_reconnects_and_shows_the_current_state()
    {
        var time = TimeProvider.System;
        await using var first = await LiveApplication.StartAsync(time, double.PositiveInfinity);
        await using var visit = await Chromium.VisitAsync(first.Page);
        var (link, tiles, events) = (visit.Page.Locator("#link"), visit.Page.Locator("#tiles div"), visit.Page.Locator("#events li"));
        await using var lost = await first.Manager.FetchModelAsync("whisper");
        first.Script("depth").Load.FailWith(new IOException("the weights are damaged"));
        await first.UseAsync("depth", TimeSpan.Zero, time);
        await Assertions.Expect(tiles.First).ToContainTextAsync("In use1");
        await Assertions.Expect(events.Filter(new() { HasText = "depth failed" })).ToHaveCountAsync(1);
        var address = first.Address;
        await first.DisposeAsync();
        await Assertions.Expect(link).ToHaveTextAsync("reconnecting");

        // By the time the page is back, more has happened than it knew of before.
        await using var second = await LiveApplication.StartAsync(time, double.PositiveInfinity, address);
        for (var i = 0; i < 40; i++)
            await second.UseAsync("owlv2", TimeSpan.Zero, time);
        await using var held = await second.Manager.FetchModelAsync("sam");
        await Assertions.Expect(link).ToHaveTextAsync("live");
        await Assertions.Expect(visit.Page.Locator("#total-granted")).ToHaveTextAsync("42");
        await Assertions.Expect(tiles.First).ToContainTextAsync("In use1");
        await Assertions.Expect(visit.Page.Locator("#models tr", new() { HasText = "depth" })).Not.ToContainTextAsync("damaged");
        await Assertions.Expect(visit.Page.Locator("#models tr")).ToHaveCountAsync(LiveApplication.Models.Count);
        await Assertions.Expect(visit.Page.Locator("#devices .device")).ToHaveCountAsync(3);
        await Assertions.Expect(events.Filter(new() { HasText = "depth failed" })).ToHaveCountAsync(1);
        await held.DisposeAsync();
        await Assertions.Expect(tiles.First).ToContainTextAsync("In use0");
    }
}
