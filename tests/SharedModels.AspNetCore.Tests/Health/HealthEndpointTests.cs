using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Health;

/// <summary>The reports of the health endpoints for each row of the failure matrix, during the failure and afterwards.</summary>
public sealed class HealthEndpointTests
{
    [Fact]
    public async Task Both_endpoints_are_healthy_and_give_reasons()
    {
        await using var fixture = await StartAsync();
        var live = await fixture.GetJsonAsync("/health/live");
        Assert.Equal(
            """{"status":"Healthy","checks":[{"name":"sharedmodels-live","status":"Healthy","description":"The scheduler responds.","data":{"models":2,"devices":2,"leases":0}}]}""",
            live.GetRawText());
        var ready = Assert.Single((await fixture.GetJsonAsync("/health/ready")).GetProperty("checks").EnumerateArray());
        Assert.Equal(("sharedmodels-ready", "Models can be leased.", 0), (
            ready.GetProperty("name").GetString(),
            ready.GetProperty("description").GetString(),
            ready.GetProperty("data").GetProperty("fake:0.queue").GetInt32()));
    }

    [Fact]
    public async Task A_load_or_move_that_throws_makes_readiness_unhealthy_if_the_model_should_be_loaded()
    {
        await using var fixture = await StartAsync(("Models:a:Preload", "true"));
        await fixture.Manager.EvictAsync("a");
        fixture.Script("a").Move.FailWith(new IOException("The bus is gone."));
        await fixture.Client.GetAsync("/a");
        await IsAsync(fixture, "Unhealthy", "Model 'a' is not on its device: The bus is gone.");
        fixture.Script("a").Move.FailWith(null);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.Client.GetAsync("/a");
        await IsAsync(fixture, "Healthy", "Models can be leased.");
    }

    [Fact]
    public async Task A_load_that_throws_does_not_make_it_unhealthy_if_the_model_is_not_required()
    {
        await using var fixture = await StartAsync();
        fixture.Script("a").Load.FailWith(new IOException("The disk is gone."));
        await fixture.Client.GetAsync("/a");
        await IsAsync(fixture, "Healthy", "Models can be leased.");
    }

    [Fact]
    public async Task A_load_that_hangs_makes_it_unhealthy_while_it_hangs()
    {
        await using var fixture = await StartAsync(("Leasing:LoadTimeout", "00:00:10"));
        var script = fixture.Script("a");
        script.IgnoresTokens = true;
        script.Load.Close();
        var answer = fixture.Client.GetAsync("/a");
        await script.Load.Arrived;
        await fixture.AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => answer.IsCompleted);
        await IsAsync(
            fixture, "Unhealthy", "Code of model 'a' hangs: it has exceeded SharedModels:Leasing:LoadTimeout and is still running.");
        script.Load.Open();
        await Condition.UntilAsync(() => !fixture["a"].IsHanging);
        await IsAsync(fixture, "Healthy", "Models can be leased.");
    }

    [Fact]
    public async Task A_move_that_runs_out_of_memory_makes_it_unhealthy_if_the_model_should_be_loaded()
    {
        await using var fixture = await StartAsync(("Models:a:Preload", "true"));
        await fixture.Manager.EvictAsync("a");
        fixture.Accelerator[0].FailMoves(2);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await fixture.Client.GetAsync("/a")).StatusCode);
        await IsAsync(fixture, "Unhealthy", "Model 'a' is not on its device: ");
        await Condition.UntilAsync(
            async () => (await fixture.Client.GetAsync("/a")).IsSuccessStatusCode, () => fixture.Time.Advance(TimeSpan.FromSeconds(1)));
        await IsAsync(fixture, "Healthy", "Models can be leased.");
    }

    [Fact]
    public async Task A_lost_device_makes_it_unhealthy_until_it_is_back()
    {
        await using var fixture = await StartAsync();
        fixture.Accelerator.Lose(cause: new IOException("It fell off the bus."));
        await IsAsync(fixture, "Unhealthy", "Device fake:0 is lost, and no other accelerator is available: It fell off the bus.");
        fixture.Accelerator.Return();
        await fixture.AdvanceUntilAsync(
            TimeSpan.FromSeconds(1), () => fixture.Manager.GetSnapshot().Devices.All(static device => device.Error is null));
        await IsAsync(fixture, "Healthy", "Models can be leased.");
    }

    [Fact]
    public async Task A_lost_device_only_degrades_it_if_models_run_on_the_CPU_instead()
    {
        await using var fixture = await StartAsync(("Leasing:CpuFallback", "true"));
        fixture.Accelerator.Lose();
        await IsAsync(
            fixture,
            "Degraded",
            "Device fake:0 is lost, but models that can run on the CPU do so (SharedModels:Leasing:CpuFallback): ");
    }

    [Fact]
    public async Task The_endpoints_need_the_checks()
    {
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => WebFixture.StartAsync(
            static app => app.MapSharedModelsHealth(), static services => services.AddHealthChecks()));
        Assert.Contains("AddHealthChecks().AddSharedModels()", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lease_that_is_held_too_long_degrades_it_but_requests_still_arrive()
    {
        await using var fixture = await StartAsync(("Leasing:MaxHold", "00:00:05"));
        var held = await fixture.Manager.FetchModelAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        await IsAsync(fixture, "Degraded", "Model 'a' has been held too long.");
        held.Dispose();
        await IsAsync(fixture, "Healthy", "Models can be leased.");
    }

    [Fact]
    public async Task A_full_queue_makes_it_unhealthy_until_there_is_room()
    {
        await using var fixture = await StartAsync(("Leasing:MaxQueueLength", "1"));
        var held = await fixture.Manager.FetchModelAsync("a");
        var waiting = fixture.Client.GetAsync("/a");
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1);
        await IsAsync(fixture, "Unhealthy", "The queue of device fake:0 is full (length 1, limit 1).");
        held.Dispose();
        await waiting;
        await IsAsync(fixture, "Healthy", "Models can be leased.");
    }

    [Fact]
    public async Task A_server_that_stops_is_not_ready()
    {
        await using var fixture = await StartAsync();
        await fixture.Services.GetRequiredService<SharedModelManager>().ShutdownAsync(CancellationToken.None);
        await IsAsync(fixture, "Unhealthy", "The application is stopping.");
    }

    [Fact]
    public async Task An_exception_of_a_handler_changes_nothing()
    {
        await using var fixture = await StartAsync();
        fixture.Script("a").Use.FailWith(new InvalidOperationException("no"));
        Assert.Equal(HttpStatusCode.InternalServerError, (await fixture.Client.GetAsync("/a")).StatusCode);
        await IsAsync(fixture, "Healthy", "Models can be leased.");
    }

    [Fact]
    public async Task The_application_s_own_checks_are_included_whatever_their_data()
    {
        var data = new Dictionary<string, object>
        {
            ["nothing"] = null!,
            ["flag"] = true,
            ["number"] = 1.5,
            ["none"] = double.NaN,
            ["endless"] = float.PositiveInfinity,
            ["large"] = ulong.MaxValue,
            ["exact"] = 1.10m,
            ["time"] = TimeSpan.FromSeconds(2),
            ["half a \uD83D character \u0001 and \"quotes\""] = "\uD83D\n",
            ["list"] = (int[])[1, 2],
            ["self"] = typeof(string),
        };
        await using var fixture = await WebFixture.StartAsync(
            static app => app.MapSharedModelsHealth("/state"),
            services =>
                services.AddModelLeaseProblems(static options => options.IncludeExceptionDetails = true).AddHealthChecks().AddSharedModels()
                    .AddCheck("own", () => HealthCheckResult.Degraded("So so.", data: data), tags: ["ready"])
                    .AddCheck("broken", static () => throw new InvalidOperationException("It broke."), tags: ["ready"])
                    .AddCheck("other", static () => HealthCheckResult.Unhealthy(), tags: ["elsewhere"]));
        using var response = await fixture.Client.GetAsync("/state/ready");
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "application/json"),
            (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        var checks = JsonSerializer.Deserialize<JsonElement>(text)
            .GetProperty("checks")
            .EnumerateArray()
            .ToDictionary(static check => check.GetProperty("name").GetString()!);
        Assert.Equal(["broken", "own", "sharedmodels-ready"], checks.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("It broke.", checks["broken"].GetProperty("description").GetString());
        var own = checks["own"].GetProperty("data");
        Assert.Equal(
            ("null", "true", "1.5", "\"NaN\"", "\"Infinity\"", "\"18446744073709551615\"", "1.10", "\"00:00:02\"", "\"System.String\""),
            (
                Raw("nothing"), Raw("flag"), Raw("number"), Raw("none"), Raw("endless"), Raw("large"), Raw("exact"), Raw("time"),
                Raw("self")));

        string Raw(string name) => own.GetProperty(name).GetRawText();
    }

    [Fact]
    public async Task Without_exception_details_there_are_no_texts()
    {
        var data = new Dictionary<string, object>
        {
            ["number"] = 1.5,
            ["time"] = TimeSpan.FromSeconds(2),
            ["residency"] = "OnHost",
            ["text"] = "private",
            ["list"] = (string[])["private"],
        };
        await using var fixture = await WebFixture.StartAsync(
            static app => app.MapSharedModelsHealth(),
            services => services.AddHealthChecks().AddSharedModels()
                .AddCheck("own", () => HealthCheckResult.Degraded("private", data: data), tags: ["live"])
                .AddCheck("broken", static () => throw new InvalidOperationException("private"), tags: ["live"]));
        using var response = await fixture.Client.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(
            "{\"status\":\"Unhealthy\",\"checks\":["
            + "{\"name\":\"sharedmodels-live\",\"status\":\"Healthy\",\"description\":null,"
            + "\"data\":{\"models\":2,\"devices\":2,\"leases\":0}},"
            + "{\"name\":\"own\",\"status\":\"Degraded\",\"description\":null,"
            + "\"data\":{\"number\":1.5,\"time\":\"00:00:02\",\"residency\":\"OnHost\"}},"
            + "{\"name\":\"broken\",\"status\":\"Unhealthy\",\"description\":null,\"data\":{}}]}",
            await response.Content.ReadAsStringAsync());
        Assert.Contains(
            fixture.Log.GetSnapshot(),
            static line => line.Level == LogLevel.Warning && line.Message.Contains("private", StringComparison.Ordinal));
        Assert.Contains(fixture.Log.GetSnapshot(), static line => line.Exception?.Message == "private");
    }

    private static Task<WebFixture> StartAsync(params (string Key, string Value)[] settings) => WebFixture.StartAsync(
        static app =>
        {
            app.MapSharedModelsHealth();
            app.MapGet("/a", static (IModelLease<FakeModel> lease) => lease.Model.Use()).RequireModelLeases();
        },
        static services => services.Configure<SharedModelsHttpOptions>(static options => options.IncludeExceptionDetails = true)
            .AddHealthChecks()
            .AddSharedModels(),
        settings);

    private static async Task IsAsync(WebFixture fixture, string status, string description)
    {
        using var response = await fixture.Client.GetAsync("/health/ready");
        Assert.Equal(status == "Unhealthy" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, response.StatusCode);
        var check = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()).GetProperty("checks")[0];
        Assert.Equal(status, check.GetProperty("status").GetString());
        Assert.StartsWith(description, check.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal("Healthy", (await fixture.GetJsonAsync("/health/live")).GetProperty("status").GetString());
    }
}
