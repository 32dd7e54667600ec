using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SharedModels.AspNetCore.Tests.Status;

public sealed class StatusTests
{
    [Fact]
    public async Task Models_and_devices_are_listed()
    {
        await using var fixture = await StartAsync();
        using var held = await fixture.Manager.FetchModelAsync("a");
        using var response = await fixture.Client.GetAsync("/sharedmodels");
        Assert.True(response.Headers.CacheControl!.NoStore);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.Equal(
            """{"id":"a","type":"SharedModels.Testing.FakeModel","version":1,"canary":null,"residency":"OnDevice","device":"fake:0","replicas":null,"bytes":{"host":30,"device":30,"working":0},"leases":1,"queued":0,"loads":1,"evictions":0,"loaded":null,"error":null}""",
            answer.GetProperty("models")[0].GetRawText());
        Assert.Equal(
            """{"device":"fake:0","budget":90,"used":30,"holders":1,"maxHolders":1,"queueLength":0,"maxQueueLength":256,"error":null}""",
            answer.GetProperty("devices")[0].GetRawText());
        Assert.Equal(("b", "Registered"), (
            answer.GetProperty("models")[1].GetProperty("id").GetString(),
            answer.GetProperty("models")[1].GetProperty("residency").GetString()));
        Assert.Equal(0, answer.GetProperty("at").GetInt64());
    }

    [Fact]
    public async Task Models_are_preloaded_and_evicted()
    {
        await using var fixture = await StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/preload"));
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/preload"));
        Assert.Equal((ModelResidency.OnDevice, 1L), (fixture["a"].Residency, fixture["a"].Loads));
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/evict"));
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/evict"));
        Assert.Equal(ModelResidency.OnHost, fixture["a"].Residency);
    }

    [Fact]
    public async Task A_model_is_reloaded()
    {
        await using var fixture = await StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/preload"));
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/sharedmodels/a/reload"));
        Assert.Equal((2, ModelResidency.OnDevice), (fixture["a"].Version, fixture["a"].Residency));
        fixture.Manager.Add(new object(), "object");
        using var response = await fixture.Client.PostAsync(new Uri("/sharedmodels/object/reload", UriKind.Relative), content: null);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("The model cannot be reloaded", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_impossible_call_is_a_problem_even_without_an_exception_handler()
    {
        await using var fixture = await StartAsync();
        await fixture.ExpectProblemAsync(
            "/sharedmodels/c/preload", HttpStatusCode.NotFound, "There is no such model", "c", null, isPost: true);
        await fixture.ExpectProblemAsync(
            "/sharedmodels/c/evict", HttpStatusCode.NotFound, "There is no such model", "c", null, isPost: true);
        using var held = await fixture.Manager.FetchModelAsync("a");
        await fixture.ExpectProblemAsync(
            "/sharedmodels/a/evict", HttpStatusCode.Conflict, "The model is in use", "a", "fake:0", isPost: true);
        fixture.Script("b").Load.FailWith(new IOException("The disk is gone."));
        await fixture.ExpectProblemAsync(
            "/sharedmodels/b/preload", HttpStatusCode.ServiceUnavailable, "The model could not be loaded", "b", "fake:0", isPost: true);
    }

    [Fact]
    public async Task The_application_can_choose_the_addresses()
    {
        await using var fixture = await WebFixture.StartAsync(
            static app => app.MapSharedModels("/admin/models", static options => options.AllowAnonymousControl = true));
        Assert.Equal(HttpStatusCode.OK, (await fixture.Client.GetAsync("/admin/models")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, await fixture.PostAsync("/admin/models/a/preload"));
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Client.GetAsync("/sharedmodels")).StatusCode);
        const string warning =
            "Models at /admin/models can be preloaded and evicted by anyone who can reach that path, because AllowAnonymousControl is set.";
        Assert.Contains(fixture.Log.GetSnapshot(), static line => line is { Level: LogLevel.Warning, Message: warning });
    }

    private static Task<WebFixture> StartAsync() =>
        WebFixture.StartAsync(static app => app.MapSharedModels(configure: static options => options.AllowAnonymousControl = true));
}
