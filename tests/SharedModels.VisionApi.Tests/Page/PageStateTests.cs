using Microsoft.Playwright;
using SharedModels.Tests.Browsing;

namespace SharedModels.VisionApi.Tests.Page;

/// <summary>
/// The states of the page, in both themes and on a phone: that it works, fails, is empty. With <c>SCREENSHOTS=folder</c>, screenshots are
/// saved to the folder.
/// </summary>
[LongRunning(minutes: 6)]
public sealed class PageStateTests(Browser browser) : IClassFixture<Browser>
{
    public static TheoryData<string, int> Screens => new() { { "light", 1280 }, { "dark", 1280 }, { "light", 390 }, { "dark", 390 } };

    [BrowserTheory]
    [MemberData(nameof(Screens))]
    public async Task It_has_no_barriers_and_a_result_is_readable(string theme, int width)
    {
        await using var visit = await VisitAsync(theme, width);
        await CheckAsync(visit, "start", theme, width);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Crosses on stripes" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#findings li").First).ToBeVisibleAsync();
        await Assertions.Expect(visit.Page.Locator("#timing")).ToContainTextAsync("in the queue");
        await CheckAsync(visit, "found", theme, width);
        foreach (var (tab, action) in ((string, string)[])[("Example", "Find similar"), ("QR codes", "Read")])
        {
            await visit.Page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
            await Assertions.Expect(visit.Page.Locator("#find")).ToHaveTextAsync(action);
            await CheckAsync(visit, tab.Replace(' ', '-'), theme, width);
        }

        Assert.Empty(visit.Complaints);
    }

    [BrowserTheory]
    [MemberData(nameof(Screens))]
    public async Task It_shows_that_it_works_and_can_be_canceled(string theme, int width)
    {
        await using var visit = await VisitAsync(theme, width);
        var page = visit.Page;
        await using (await browser.Manager.FetchModelAsync("owlv2"))
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
            await Assertions.Expect(page.Locator("#working")).ToContainTextAsync("Looking for objects");
            await Condition.UntilAsync(() => browser.Manager.GetSnapshot().Devices.Sum(static device => device.QueueLength) == 1);
            await CheckAsync(visit, "working", theme, width);
            await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await Assertions.Expect(page.Locator("#headline")).ToHaveTextAsync("Canceled.");
            await Assertions.Expect(page.Locator("#busy")).ToBeHiddenAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true })).ToBeFocusedAsync();
            await Condition.UntilAsync(() => browser.Manager.GetSnapshot().Devices.Sum(static device => device.QueueLength) == 0);
        }
    }

    [BrowserTheory]
    [MemberData(nameof(Screens))]
    public async Task A_file_that_is_not_an_image_is_named_without_a_broken_image(string theme, int width)
    {
        await using var visit = await VisitAsync(theme, width);
        var page = visit.Page;
        await page.GetByLabel("Image", new() { Exact = true }).SetInputFilesAsync(
            new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "no image"u8.ToArray() });
        await Assertions.Expect(page.Locator("#unseen")).ToContainTextAsync("notes.txt cannot be shown");
        await Assertions.Expect(page.Locator("#shown")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Choose a JPEG, PNG or WebP image.");
        await CheckAsync(visit, "wrong-file", theme, width);
        await page.GetByLabel("Image", new() { Exact = true }).SetInputFilesAsync(TestFiles.Sample("sample4.png"));
        await Assertions.Expect(page.Locator("#shown")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#unseen")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task An_example_that_is_not_an_image_is_not_used()
    {
        await using var visit = await VisitAsync("light", 1280);
        var page = visit.Page;

        // The example is chosen while the sample image of the tab is still on its way.
        var chosen = new TaskCompletionSource();
        await page.RouteAsync("**/samples/sample1.png", async route =>
        {
            if (route.Request.ResourceType == "fetch")
                await chosen.Task;
            await route.ContinueAsync();
        });
        await page.GetByRole(AriaRole.Tab, new() { Name = "Example" }).ClickAsync();
        await page.GetByLabel("Example image").SetInputFilesAsync(
            new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "no image"u8.ToArray() });
        chosen.SetResult();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Pressed = true })).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The example cannot be used");
        await Assertions.Expect(page.Locator("#query-image")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Find similar" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Drag a box around an object");
    }

    [BrowserFact]
    public async Task An_image_can_be_dropped_on_the_preview_and_a_miss_does_not_leave_the_page()
    {
        await using var visit = await VisitAsync("light", 1280);
        var page = visit.Page;
        var file = Convert.ToBase64String(await File.ReadAllBytesAsync(TestFiles.Sample("sample4.png")));
        var transfer = await page.EvaluateHandleAsync(
            """
            text => {
              const transfer = new DataTransfer();
              const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
              transfer.items.add(new File([bytes], "mine.png", { type: "image/png" }));
              return transfer;
            }
            """,
            file);
        await page.DispatchEventAsync("#shown", "dragover", new { dataTransfer = transfer });
        await Assertions.Expect(page.Locator("#stage")).ToHaveClassAsync("stage over");
        await visit.SaveScreenshotAsync("vision-drop", isFullPage: false);
        await page.DispatchEventAsync("#shown", "drop", new { dataTransfer = transfer });
        await Assertions.Expect(page.Locator("#picture-name")).ToHaveTextAsync("mine.png");
        await Assertions.Expect(page.Locator("#shown")).ToHaveJSPropertyAsync("naturalWidth", 320);
        Assert.True(await page.EvaluateAsync<bool>(
            "!document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true }))"));
    }

    [BrowserTheory]
    [InlineData(1280)]
    [InlineData(390)]
    [InlineData(320)]
    public async Task The_name_of_a_slider_does_not_touch_its_value(int width)
    {
        await using var visit = await VisitAsync("light", width);
        Assert.True(await visit.Page.EvaluateAsync<bool>(
            """
            [...document.querySelectorAll(".sliders label")].every(label => {
              const name = document.createRange();
              name.selectNode(label.firstChild);
              const value = label.querySelector("output").getBoundingClientRect();
              return [...name.getClientRects()].every(
                line => line.right + 4 <= value.left || line.bottom <= value.top || line.top >= value.bottom);
            })
            """));
    }

    private static async Task CheckAsync(Visit visit, string state, string theme, int width)
    {
        Assert.Empty(await visit.FindBarriersAsync());
        await visit.SaveScreenshotAsync($"vision-{state}-{theme}-{width}");
    }

    private Task<Visit> VisitAsync(string theme, int width) => browser.VisitAsync(width, isDark: theme == "dark");
}
