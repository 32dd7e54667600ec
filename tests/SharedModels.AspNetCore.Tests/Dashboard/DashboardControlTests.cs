using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using SharedModels.AspNetCore.Tests.Status;
using SharedModels.Tests.Browsing;

namespace SharedModels.AspNetCore.Tests.Dashboard;

/// <summary>The buttons that preload and evict models, and who sees them.</summary>
[LongRunning(minutes: 4)]
public sealed class DashboardControlTests
{
    private const string Allowed = """<meta name="control" content="allowed">""";
    private const string Forbidden = """<meta name="control" content="forbidden">""";

    [Theory]
    [InlineData(true, Allowed)]
    [InlineData(false, Forbidden)]
    public async Task Without_users_the_options_of_the_models_decide(bool isOpen, string expected)
    {
        await using var fixture = await WebFixture.StartAsync(app =>
        {
            app.MapSharedModels("/other", options => options.AllowAnonymousControl = !isOpen);
            app.MapSharedModels("/admin/models", options => options.AllowAnonymousControl = isOpen);
            app.MapSharedModelsDashboard(models: "/admin/models/");
        });
        Assert.Contains(expected, await fixture.Client.GetStringAsync("/models"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, Forbidden)]
    [InlineData("anna", Forbidden)]
    [InlineData("operator", Allowed)]
    public Task With_users_the_policy_decides(string? user, string expected) => ShowsAsync(user, expected, static services =>
    {
        services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
        services.AddAuthorizationBuilder().AddPolicy("operators", static policy => policy.RequireUserName("operator"));
    });

    [Theory]
    [InlineData(null, Forbidden)]
    [InlineData("anna", Allowed)]
    public Task A_policy_with_a_scheme_of_its_own_decides(string? user, string expected) => ShowsAsync(user, expected, static services =>
    {
        services.AddAuthentication("cookies")
            .AddCookie("cookies")
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
        services.AddAuthorizationBuilder().AddPolicy(
            "operators", static policy => policy.AddAuthenticationSchemes("header").RequireAuthenticatedUser());
    });

    [BrowserFact]
    public async Task A_model_is_preloaded_and_evicted_with_the_keyboard_and_a_model_in_use_is_not()
    {
        var time = new FakeTimeProvider();
        await using var application = await LiveApplication.StartAsync(time, double.PositiveInfinity, canControl: true);
        using var clock = Scene.GoOn(time);
        await using var visit = await Chromium.VisitAsync(application.Page);
        var page = visit.Page;
        var row = page.Locator("#models tr", new() { HasText = "whisper" });
        var (preload, evict) = (page.GetByRole(AriaRole.Button, new() { Name = "Preload whisper" }), page.GetByRole(
            AriaRole.Button, new() { Name = "Evict whisper" }));
        await preload.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(row).ToContainTextAsync("on the device");
        await Assertions.Expect(preload).ToBeFocusedAsync();
        await using (await application.Manager.FetchModelAsync("whisper"))
        {
            await evict.ClickAsync();
            await Assertions.Expect(page.Locator("#complaint")).ToContainTextAsync("whisper");
            Assert.Empty(await visit.FindBarriersAsync());
            await visit.SaveScreenshotAsync("live-in-use");
        }

        await evict.ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("in host memory");
        await Assertions.Expect(page.Locator("#complaint")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Without_permission_there_are_no_buttons()
    {
        await using var application = await LiveApplication.StartAsync(TimeProvider.System);
        await using var visit = await Chromium.VisitAsync(application.Page);
        await Assertions.Expect(visit.Page.Locator("#models tr")).ToHaveCountAsync(LiveApplication.Models.Count);
        await Assertions.Expect(visit.Page.Locator("table button")).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Columnheader)).ToHaveCountAsync(8);
    }

    private static async Task ShowsAsync(string? user, string expected, Action<IServiceCollection> configure)
    {
        await using var fixture = await WebFixture.StartAsync(
            static app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapSharedModels(configure: static options => options.ControlPolicy = "operators");
                app.MapSharedModelsDashboard();
            },
            configure);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/models");
        if (user is not null)
            request.Headers.Add(HeaderAuthentication.Header, user);
        using var response = await fixture.Client.SendAsync(request);
        Assert.Contains(expected, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
