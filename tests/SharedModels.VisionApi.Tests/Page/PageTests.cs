using Microsoft.Playwright;
using SharedModels.Tests.Browsing;

namespace SharedModels.VisionApi.Tests.Page;

/// <summary>The page in a real browser.</summary>
[LongRunning(minutes: 4)]
public sealed class PageTests(Browser browser) : IClassFixture<Browser>
{
    [BrowserFact]
    public async Task Objects_are_found_by_words_and_drawn()
    {
        await using var visit = await browser.VisitAsync();
        var page = visit.Page;
        await page.GetByLabel("Objects to find").FillAsync("a yellow cross\nan orange diamond");
        await page.GetByRole(AriaRole.Button, new() { Name = "Crosses on stripes" }).ClickAsync();
        await Assertions.Expect(page.Locator("#headline")).ToHaveTextAsync("3 objects found");
        await Assertions.Expect(page.Locator("#shapes polygon")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Locator(".tag")).ToContainTextAsync(["a yellow cross", "a yellow cross", "an orange diamond"]);
        await Assertions.Expect(page.Locator("#timing")).ToContainTextAsync("owlv2");
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task Objects_are_found_by_a_box_around_an_example()
    {
        await using var visit = await browser.VisitAsync();
        var page = visit.Page;
        await page.GetByRole(AriaRole.Tab, new() { Name = "Example" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Crosses on stripes" }).ClickAsync();
        await Assertions.Expect(page.Locator("#picture-name")).ToHaveTextAsync("sample4.png");
        await Assertions.Expect(page.Locator("#shown")).ToHaveJSPropertyAsync("naturalWidth", 320);
        var area = (await page.Locator("#frame").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(area.X + (area.Width * 0.35f), area.Y + (area.Height * 0.5f));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(area.X + (area.Width * 0.62f), area.Y + (area.Height * 0.87f), new() { Steps = 3 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(page.Locator(".tag").First).ToHaveTextAsync("query 100%");
        await Assertions.Expect(page.Locator("#query-image")).ToBeVisibleAsync();
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task Qr_codes_are_read_and_listed_with_the_keyboard_only()
    {
        await using var visit = await browser.VisitAsync();
        var page = visit.Page;
        await page.GetByRole(AriaRole.Tab, new() { Name = "Words" }).FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(page.GetByRole(AriaRole.Tab, new() { Name = "QR codes" })).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#picture-name")).ToHaveTextAsync("qr1.jpg");
        await page.GetByRole(AriaRole.Button, new() { Name = "Read", Exact = true }).PressAsync("Enter");
        await Assertions.Expect(page.Locator("#headline")).ToHaveTextAsync("4 codes found");
        await Assertions.Expect(page.Locator("#findings")).ToContainTextAsync("https://quartz.example/yarrow/mesa?id=85336");
        await Assertions.Expect(page.Locator("#shapes polygon")).ToHaveCountAsync(4);
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task A_user_s_own_image_is_sent_and_an_error_is_a_sentence()
    {
        await using var visit = await browser.VisitAsync();
        var page = visit.Page;
        await page.GetByLabel("Image", new() { Exact = true }).SetInputFilesAsync(TestFiles.Bad("truncated-half.png"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The image is incomplete");
        await page.GetByLabel("Image", new() { Exact = true }).SetInputFilesAsync(TestFiles.Sample("sample4.png"));
        await page.GetByLabel("Objects to find").FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Enter what to find");
        await page.GetByRole(AriaRole.Button, new() { Name = "+ a red circle" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#headline")).ToHaveTextAsync("No objects found.");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Models_are_evicted_and_loaded_from_the_page()
    {
        await using var visit = await browser.VisitAsync();
        var page = visit.Page;
        var state = page.Locator("#models .box").First;
        await page.GetByRole(AriaRole.Button, new() { Name = "Load owlv2", Exact = true }).ClickAsync();
        await Assertions.Expect(state).ToContainTextAsync("on the device");
        await page.GetByRole(AriaRole.Button, new() { Name = "Unload owlv2" }).ClickAsync();
        await Assertions.Expect(state).ToContainTextAsync("not loaded");
        Assert.Empty(visit.Complaints);
    }

    [BrowserFact]
    public async Task The_live_view_is_a_link_away()
    {
        await using var visit = await browser.VisitAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Watch live" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#models")).ToContainTextAsync("owlv2");
        await Assertions.Expect(visit.Page.Locator("#link")).ToHaveTextAsync("live");
        Assert.Empty(visit.Complaints);
    }

    [BrowserTheory]
    [InlineData(390, 844)]
    [InlineData(320, 600)]
    [InlineData(1280, 860)]
    public async Task It_fits_the_screen(int width, int height)
    {
        await using var visit = await browser.VisitAsync(width, height);
        var page = visit.Page;
        foreach (var (tab, action) in ((string, string)[])[("Words", "Find"), ("QR codes", "Read")])
        {
            await page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
            await Assertions.Expect(page.Locator("#headline")).ToHaveTextAsync($"Press {action}.");
            await page.GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();
            await Assertions.Expect(page.Locator("#findings li").First).ToBeVisibleAsync();
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }

        Assert.Empty(visit.Complaints);
    }
}
