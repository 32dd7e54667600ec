using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;

namespace SharedModels.AspNetCore.Tests.Dashboard;

public sealed partial class DashboardEndpointTests
{
    [Theory]
    [InlineData("/models", "/models", "/models", "/sharedmodels")]
    [InlineData("/models", "/models/", "/models", "/sharedmodels")]
    [InlineData("/ops/live", "/ops/live", "/ops/live", "/sharedmodels")]
    [InlineData("/", "/", "", "/sharedmodels")]
    public async Task The_page_names_the_addresses_of_its_files_and_of_the_models(string pattern, string path, string files, string models)
    {
        await using var fixture = await WebFixture.StartAsync(app => Map(app, pattern));
        var page = await fixture.Client.GetStringAsync(path);
        Assert.Contains($"""<meta name="models" content="{models}">""", page, StringComparison.Ordinal);
        Assert.Contains($"""src="{files}/page.js">""", page, StringComparison.Ordinal);
        foreach (var address in References().Matches(page).Select(static reference => reference.Groups["address"].Value))
        {
            // The start page of the application.
            if (address == "/")
                continue;
            Assert.Equal(HttpStatusCode.OK, (await fixture.Client.GetAsync(address)).StatusCode);
        }
    }

    [Fact]
    public async Task It_reads_the_models_where_they_are_also_below_a_base_path()
    {
        await using var fixture = await WebFixture.StartAsync(static app => app.MapSharedModelsDashboard("/live", "/admin/models/"));
        var page = await (await fixture.Server.CreateRequest("/live").And(
            static request => request.RequestUri = new("http://localhost/live")).GetAsync()).Content.ReadAsStringAsync();
        Assert.Contains("""content="/admin/models">""", page, StringComparison.Ordinal);
        var context = await fixture.Server.SendAsync(
            static context => (context.Request.Method, context.Request.PathBase, context.Request.Path) = ("GET", "/under", "/live"));
        page = await new StreamReader(context.Response.Body).ReadToEndAsync();
        Assert.Contains("""content="/under/admin/models">""", page, StringComparison.Ordinal);
        Assert.Contains("""href="/under/live/page.css">""", page, StringComparison.Ordinal);
        Assert.Contains("""href="/under/" hidden>Back to the application""", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/{page=home}", true)]
    [InlineData("/{page?}", true)]
    [InlineData("/{page}", false)]
    [InlineData("/{**path}", false)]
    [InlineData("/home", false)]
    public async Task It_leads_back_only_to_an_application_with_a_start_page(string pattern, bool leadsBack)
    {
        await using var fixture = await WebFixture.StartAsync(app =>
        {
            Map(app, "/models/live");
            app.MapGet(pattern, static () => "The application");
        });
        var page = await fixture.Client.GetStringAsync("/models/live");
        Assert.Equal(leadsBack, !page.Contains("hidden>Back to the application", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/ops", "/ops", "/ops/sharedmodels")]
    [InlineData("/ops/a", "", "/ops/a/sharedmodels")]
    [InlineData("", "/live", "/sharedmodels")]
    [InlineData("/the ops", "/live", "/the%20ops/sharedmodels")]
    public async Task It_finds_the_models_in_any_route_group(string modelsIn, string pageIn, string models)
    {
        await using var fixture = await WebFixture.StartAsync(app =>
        {
            app.MapGroup(pageIn).MapSharedModelsDashboard();
            app.MapGroup(modelsIn).MapSharedModels();
        });
        var page = await fixture.Client.GetStringAsync($"{pageIn}/models");
        Assert.Contains($"""<meta name="models" content="{models}">""", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Client.GetAsync(models)).StatusCode);
        var context = await fixture.Server.SendAsync(
            context => (context.Request.Method, context.Request.PathBase, context.Request.Path) = ("GET", "/under", $"{pageIn}/models"));
        Assert.Contains(
            $"""content="/under{models}">""", await new StreamReader(context.Response.Body).ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_that_maps_the_models_twice_must_choose()
    {
        await using var fixture = await WebFixture.StartAsync(static app =>
        {
            app.MapSharedModels("/one");
            app.MapSharedModels("/two");
            app.MapSharedModelsDashboard();
            app.MapSharedModelsDashboard("/second", models: "/two");
        });
        Assert.Contains("""content="/two">""", await fixture.Client.GetStringAsync("/second"), StringComparison.Ordinal);
        Assert.Equal(
            """The live page cannot determine which models to show, because MapSharedModels() is mapped at '/one/' and '/two/': specify the path, for example MapSharedModelsDashboard(models: "/sharedmodels").""",
            await WhyNotAsync(fixture));
    }

    [Fact]
    public async Task Without_mapped_models_the_error_names_the_remedy()
    {
        await using var fixture = await WebFixture.StartAsync(static app => app.MapSharedModelsDashboard());
        Assert.Equal(
            """The live page has no models to show: call MapSharedModels(), or specify its path, for example MapSharedModelsDashboard(models: "/sharedmodels").""",
            await WhyNotAsync(fixture));
    }

    [Fact]
    public async Task A_path_with_parameters_is_not_an_address()
    {
        await using var fixture = await WebFixture.StartAsync(static app =>
        {
            app.MapGroup("/{tenant}").MapSharedModels();
            app.MapSharedModelsDashboard();
        });
        Assert.StartsWith(
            "The live page cannot determine which models to show, because MapSharedModels() is mapped at '/{tenant}/sharedmodels/'",
            await WhyNotAsync(fixture),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_forbids_resources_of_other_sites()
    {
        await using var fixture = await WebFixture.StartAsync(static app => Map(app));
        using var response = await fixture.Client.GetAsync("/models");
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
            + "'none'; frame-ancestors 'self'",
            response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        var page = await response.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("""style=|<script>|\son\w+=|https?:|\{page\}|\{models\}|\{home\}|\{control\}""", page);
    }

    [Fact]
    public async Task Browsers_cache_files_until_they_change()
    {
        await using var fixture = await WebFixture.StartAsync(static app => Map(app));
        using var first = await fixture.Client.GetAsync("/models/page.js");
        Assert.Equal(("text/javascript", true), (first.Content.Headers.ContentType?.MediaType, first.Headers.CacheControl!.NoCache));
        using var request =
            new HttpRequestMessage(HttpMethod.Get, "/models/page.js") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await fixture.Client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData("/models/index.html")]
    [InlineData("/models/secrets.json")]
    [InlineData("/models/..%2fpage.js")]
    public async Task A_file_that_is_not_part_of_the_page_is_not_found(string path)
    {
        await using var fixture = await WebFixture.StartAsync(static app => Map(app));
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Client.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("sharedmodels")]
    [InlineData("//elsewhere/models")]
    [InlineData("https://elsewhere/models")]
    public void The_address_of_another_site_is_rejected_where_it_is_written(string models)
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        Assert.Throws<ArgumentException>(() => app.MapSharedModelsDashboard(models: models));
    }

    [GeneratedRegex("(src|href)=\"(?<address>[^\"]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex References();

    [Fact]
    public async Task A_page_at_the_root_leaves_other_addresses_to_the_application()
    {
        await using var fixture = await WebFixture.StartAsync(static app =>
        {
            Map(app, "/");
            app.MapGet("/{name}", static (string name) => $"mine: {name}");
        });
        Assert.Contains("<html", await fixture.Client.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains("export class State", await fixture.Client.GetStringAsync("/state.js"), StringComparison.Ordinal);
        Assert.Equal("mine: favicon.ico", await fixture.Client.GetStringAsync("/favicon.ico"));
    }

    private static void Map(WebApplication app, string pattern = "/models")
    {
        app.MapSharedModels();
        app.MapSharedModelsDashboard(pattern);
    }

    private static async Task<string> WhyNotAsync(WebFixture fixture)
    {
        Assert.Equal(HttpStatusCode.InternalServerError, (await fixture.Client.GetAsync("/models")).StatusCode);
        return Assert.Single(fixture.Log.GetSnapshot().Select(static line => line.Exception).OfType<Exception>()).Message;
    }
}
