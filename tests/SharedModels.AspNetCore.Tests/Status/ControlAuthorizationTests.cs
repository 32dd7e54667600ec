using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Tests.Status;

/// <summary>The authorization to preload and evict, and its log entry at startup.</summary>
public sealed class ControlAuthorizationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_authorization_all_callers_are_rejected_and_the_log_says_why(bool hasAuthorizationAlone)
    {
        await using var fixture = await WebFixture.StartAsync(
            app =>
            {
                if (hasAuthorizationAlone)
                    app.UseAuthorization();
                app.MapSharedModels();
            },
            services =>
            {
                if (hasAuthorizationAlone)
                    services.AddAuthorization();
            });
        Assert.Equal(HttpStatusCode.Forbidden, await fixture.PostAsync("/sharedmodels/a/preload"));
        Assert.Equal(HttpStatusCode.Forbidden, await fixture.PostAsync("/sharedmodels/a/evict"));
        Assert.Equal(HttpStatusCode.OK, (await fixture.Client.GetAsync("/sharedmodels")).StatusCode);
        Assert.Equal(ModelResidency.Registered, fixture["a"].Residency);
        Says(
            fixture,
            LogLevel.Information,
            "Models at /sharedmodels cannot be controlled: call AddAuthentication with a scheme, and AddAuthorization, or set "
            + "AllowAnonymousControl.");
    }

    [Fact]
    public async Task The_default_policy_of_the_application_decides_by_default()
    {
        await using var fixture = await StartAsync(policy: null);
        Assert.Equal(HttpStatusCode.Unauthorized, await fixture.PostAsync("/sharedmodels/a/preload"));
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/preload", user: "anna"));
        Assert.Equal(HttpStatusCode.OK, (await fixture.Client.GetAsync("/sharedmodels")).StatusCode);
        Says(
            fixture,
            LogLevel.Information,
            "Models at /sharedmodels can be preloaded and evicted with the authorization policy 'default'.");
    }

    [Fact]
    public async Task A_named_policy_decides_if_there_is_one()
    {
        await using var fixture = await StartAsync(policy: "operators");
        Assert.Equal(HttpStatusCode.Forbidden, await fixture.PostAsync("/sharedmodels/a/evict", user: "anna"));
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/evict", user: "operator"));
        Says(
            fixture,
            LogLevel.Information,
            "Models at /sharedmodels can be preloaded and evicted with the authorization policy 'operators'.");
    }

    [Fact]
    public async Task Controllers_register_authentication_without_a_scheme_so_all_callers_are_rejected()
    {
        await using var fixture = await WebFixture.StartAsync(
            static app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapSharedModels();
            },
            static services => services.AddControllers());
        Assert.Equal(HttpStatusCode.Forbidden, await fixture.PostAsync("/sharedmodels/a/preload"));
        Says(
            fixture,
            LogLevel.Information,
            "Models at /sharedmodels cannot be controlled: call AddAuthentication with a scheme, and AddAuthorization, or set "
            + "AllowAnonymousControl.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_policy_without_an_authentication_scheme_rejects_all_callers(bool isAllowed)
    {
        await using var fixture = await WebFixture.StartAsync(
            static app =>
            {
                app.UseAuthorization();
                app.MapSharedModels(configure: static options => options.ControlPolicy = "anyone");
            },
            services => services.AddAuthorizationBuilder().AddPolicy("anyone", policy => policy.RequireAssertion(_ => isAllowed)));
        Assert.Equal(HttpStatusCode.Forbidden, await fixture.PostAsync("/sharedmodels/a/preload"));
        Assert.Equal(ModelResidency.Registered, fixture["a"].Residency);
        Says(
            fixture,
            LogLevel.Information,
            "Models at /sharedmodels cannot be controlled: call AddAuthentication with a scheme, and AddAuthorization, or set "
            + "AllowAnonymousControl.");
    }

    [Theory]
    [InlineData("cross-site", null, HttpStatusCode.Forbidden)]
    [InlineData("cross-site", "http://localhost", HttpStatusCode.Forbidden)]
    [InlineData("same-site", null, HttpStatusCode.Forbidden)]
    [InlineData("same-origin", null, HttpStatusCode.NoContent)]
    [InlineData("same-origin", "https://outside-of-the-proxy.example", HttpStatusCode.NoContent)]
    [InlineData("none", null, HttpStatusCode.NoContent)]
    [InlineData(null, "http://other.example", HttpStatusCode.Forbidden)]
    [InlineData(null, "http://localhost:81", HttpStatusCode.Forbidden)]
    [InlineData(null, "http://notlocalhost", HttpStatusCode.Forbidden)]
    [InlineData(null, "null", HttpStatusCode.Forbidden)]
    [InlineData(null, "http://localhost", HttpStatusCode.NoContent)]
    [InlineData(null, "https://LOCALHOST", HttpStatusCode.NoContent)]
    public async Task A_browser_that_is_sent_by_another_site_is_rejected(string? site, string? origin, HttpStatusCode status)
    {
        await using var authorized = await StartAsync(policy: null);
        await using var open = await StartAsync(static options => options.AllowAnonymousControl = true, hasGate: false);
        foreach (var fixture in (WebFixture[])[authorized, open])
        {
            foreach (var call in (string[])["preload", "evict", "reload"])
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/sharedmodels/a/{call}")
                {
                    Headers = { { HeaderAuthentication.Header, "anna" }, { "Sec-Fetch-Site", site }, { "Origin", origin } },
                };
                using var response = await fixture.Client.SendAsync(request);
                Assert.Equal(status, response.StatusCode);
                Assert.Equal(
                    status == HttpStatusCode.Forbidden ? "application/problem+json" : null,
                    response.Content.Headers.ContentType?.MediaType);
            }

            Assert.Equal(status == HttpStatusCode.Forbidden ? (0, 1) : (1, 2), (fixture["a"].Loads, fixture["a"].Version));
        }
    }

    [Fact]
    public async Task Reading_does_not_depend_on_the_site()
    {
        await using var fixture = await StartAsync(policy: null);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sharedmodels")
        {
            Headers = { { "Sec-Fetch-Site", "cross-site" }, { "Origin", "http://other.example" } },
        };
        Assert.Equal(HttpStatusCode.OK, (await fixture.Client.SendAsync(request)).StatusCode);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.NoContent)]
    [InlineData(true, HttpStatusCode.Unauthorized)]
    public async Task Anonymous_control_is_still_behind_the_authorization_of_the_group(bool hasGate, HttpStatusCode anonymous)
    {
        await using var fixture = await StartAsync(static options => options.AllowAnonymousControl = true, hasGate);
        Assert.Equal(anonymous, await fixture.PostAsync("/sharedmodels/a/preload"));
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/preload", user: "anna"));
    }

    private static Task<WebFixture> StartAsync(string? policy) => StartAsync(options => options.ControlPolicy = policy, hasGate: false);

    private static Task<WebFixture> StartAsync(Action<SharedModelsEndpointOptions> configure, bool hasGate) => WebFixture.StartAsync(
        app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            var group = app.MapSharedModels(configure: configure);
            if (hasGate)
                group.RequireAuthorization();
        },
        static services =>
        {
            services
                .AddAuthentication("Header")
                .AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, HeaderAuthentication>("Header", null);
            services.AddAuthorizationBuilder().AddPolicy("operators", static policy => policy.RequireUserName("operator"));
        });

    private static void Says(WebFixture fixture, LogLevel level, string text) =>
        Assert.Contains(fixture.Log.GetSnapshot(), line => line.Level == level && line.Message == text);
}
