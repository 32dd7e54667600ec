using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Problems;

/// <summary>The problem that a client receives for each row of the failure matrix.</summary>
public sealed class ProblemTests
{
    [Fact]
    public async Task A_full_queue_is_a_503_with_its_length()
    {
        await using var fixture = await StartAsync(("Leasing:MaxQueueLength", "1"));
        var held = await fixture.Manager.FetchModelAsync("a");
        var waiting = fixture.Client.GetStringAsync("/");
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1);
        Assert.Equal(
            "The model 'a' is busy. 1 request is waiting.",
            await fixture.ExpectProblemAsync("/", HttpStatusCode.ServiceUnavailable, "The device is busy", "a", "fake:0", queueLength: 1));
        held.Dispose();
        Assert.Equal("1", await waiting);
    }

    [Fact]
    public async Task A_lease_that_is_lost_during_the_request_is_a_503()
    {
        await using var fixture = await WebFixture.StartAsync(
            static app => app.MapGet("/", static (IModelLease<FakeModel> lease, FakeAccelerator accelerator) =>
            {
                accelerator.Lose();
                return lease.Model.Use();
            }).RequireModelLeases());
        Assert.Equal(
            "Device fake:0 is out of service.",
            await fixture.ExpectProblemAsync(
                "/", HttpStatusCode.ServiceUnavailable, "The device of the model is out of service", "a", "fake:0", retryAfter: 1));
    }

    [Fact]
    public async Task A_wait_that_times_out_is_a_503()
    {
        await using var fixture = await StartAsync();
        using var held = await fixture.Manager.FetchModelAsync("a");
        var problem = fixture.ExpectProblemAsync(
            "/", HttpStatusCode.ServiceUnavailable, "The device is busy", "a", "fake:0", queueLength: 1);
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1);
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("The model 'a' is busy. 1 request is waiting.", await problem);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_a_503_until_the_load_is_retried()
    {
        await using var fixture = await StartAsync();
        fixture.Script("a").Load.FailWith(new IOException("The disk is gone."));
        for (var seconds = 1; seconds <= 4; seconds *= 2)
        {
            Assert.Equal(
                "The model 'a' could not be loaded.",
                await fixture.ExpectProblemAsync(
                    "/", HttpStatusCode.ServiceUnavailable, "The model could not be loaded", "a", "fake:0", retryAfter: seconds));
            fixture.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        fixture.Script("a").Load.FailWith(null);
        Assert.Equal("1", await fixture.Client.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_load_that_hangs_is_a_503()
    {
        // The clock may run ahead of a thread that waits for a processor.
        await using var fixture = await StartAsync(("Leasing:LoadTimeout", "00:00:10"), ("Leasing:AcquireTimeout", "1.00:00:00"));
        var script = fixture.Script("a");
        script.Load.Close();
        var problem = fixture.ExpectProblemAsync("/", HttpStatusCode.ServiceUnavailable, "The model could not be loaded", "a", "fake:0");
        await script.Load.Arrived;
        await fixture.AdvanceUntilAsync(TimeSpan.FromSeconds(1), () => problem.IsCompleted);
        Assert.Equal("The model 'a' could not be loaded.", await problem);
    }

    [Fact]
    public async Task A_model_that_can_never_fit_is_a_507_and_waiting_does_not_help()
    {
        await using var fixture = await StartAsync(("Devices:fake:0:MemoryBudget", "10"));
        await fixture.Manager.PreloadAsync("a").AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
        using var response = await fixture.Client.GetAsync("/");
        Assert.Null(response.Headers.RetryAfter);
        await fixture.ExpectProblemAsync("/", HttpStatusCode.InsufficientStorage, "The model does not fit on its device", "a", "fake:0");
    }

    [Fact]
    public async Task Memory_that_another_process_has_taken_is_a_503_because_it_can_be_freed()
    {
        await using var fixture = await StartAsync();
        fixture.Accelerator[0].PhysicalBytes = 10;
        await fixture.ExpectProblemAsync("/", HttpStatusCode.ServiceUnavailable, "The model does not fit on its device", "a", "fake:0");
    }

    [Fact]
    public async Task A_lost_device_is_a_503_until_it_is_probed()
    {
        await using var fixture = await StartAsync();
        fixture.Accelerator.Lose();
        await fixture.ExpectProblemAsync(
            "/", HttpStatusCode.ServiceUnavailable, "The device of the model is out of service", "a", "fake:0");
    }

    [Fact]
    public async Task A_device_that_is_lost_during_use_is_a_503()
    {
        await using var fixture = await StartAsync();
        fixture.Script("a").Use.Close();
        var problem = fixture.ExpectProblemAsync(
            "/invoke",
            HttpStatusCode.ServiceUnavailable,
            "The device of the model is out of service",
            model: null,
            device: "fake:0",
            retryAfter: 0);
        await fixture.Script("a").Use.Arrived;
        fixture.Accelerator.Lose();
        await problem;
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }

    [Fact]
    public async Task A_server_that_stops_says_so()
    {
        await using var fixture = await StartAsync();
        await fixture.Services.GetRequiredService<SharedModelManager>().ShutdownAsync(CancellationToken.None);
        await fixture.ExpectProblemAsync(
            "/", HttpStatusCode.ServiceUnavailable, "The server is stopping", "a", device: null, retryAfter: 0);
    }

    [Fact]
    public async Task A_model_without_a_device_is_a_503_and_waiting_does_not_help()
    {
        await using var fixture = await WebFixture.StartAsync(
            Map,
            static services => services.AddSharedModelManager().AddModel("plain", static _ => new Version()),
            ("Models:plain:Device", "Accelerator"));
        Assert.Equal(
            "The request for the model 'plain' failed.",
            await fixture.ExpectProblemAsync(
                "/named/plain", HttpStatusCode.ServiceUnavailable, "The model is not available", "plain", device: null, retryAfter: 0));
    }

    [Fact]
    public async Task A_cycle_of_waiting_requests_is_a_503_for_the_request_that_closes_it()
    {
        await using var fixture = await StartAsync(("Devices:fake:0:MaxConcurrentHolders", "2"));
        await using var other = fixture.Manager.CreateScope();
        await other.CreateLease<FakeModel>("a").AcquireAsync();
        fixture.Script("b").Use.Close();
        var problem = fixture.ExpectProblemAsync(
            "/both", HttpStatusCode.ServiceUnavailable, "The requests are deadlocked", "a", "fake:0", queueLength: 2, retryAfter: 0);
        await fixture.Script("b").Use.Arrived;
        var waiting = other.CreateLease<FakeModel>("b").AcquireAsync().AsTask();
        fixture.Script("b").Use.Open();
        await problem;
        await waiting;
    }

    [Fact]
    public async Task An_unknown_id_is_a_404_that_names_it()
    {
        await using var fixture = await StartAsync();
        Assert.Equal("There is no model 'c'.", await fixture.ExpectProblemAsync(
            "/named/c", HttpStatusCode.NotFound, "There is no such model", "c", device: null));
        Assert.DoesNotContain(fixture.Log.GetSnapshot(), static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Evicting_a_model_in_use_is_a_409()
    {
        await using var fixture = await StartAsync();
        using var held = await fixture.Manager.FetchModelAsync("a");
        await fixture.ExpectProblemAsync("/evict", HttpStatusCode.Conflict, "The model is in use", "a", "fake:0");
    }

    [Theory]
    [InlineData("lost", "Returned 503 for /: Device fake:0 is lost")]
    [InlineData("faulted", "Returned 503 for /: Model 'a' could not be loaded")]
    [InlineData("too large", "Returned 507 for /: Model 'a' can never fit")]
    public async Task A_fault_is_logged_as_a_warning_without_a_stack_trace(string fault, string text)
    {
        await using var fixture = await StartAsync(fault == "too large" ? [("Devices:fake:0:MemoryBudget", "10")] : []);
        if (fault == "lost")
            fixture.Accelerator.Lose();
        if (fault == "faulted")
            fixture.Script("a").Load.FailWith(new IOException("The disk is gone."));
        if (fault == "too large")
            await fixture.Client.GetAsync("/");
        await fixture.Client.GetAsync("/");
        var line = fixture.Log.GetSnapshot().Last(static line => line.Message.StartsWith("Returned", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.StartsWith(text, line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(
            fixture.Log.GetSnapshot(), static line => line.Message.Contains("unhandled exception", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("full")]
    [InlineData("slow")]
    [InlineData("stopping")]
    public async Task Overload_is_not_logged_as_a_warning_because_there_may_be_thousands(string reason)
    {
        await using var fixture = await WebFixture.StartAsync(
            Map,
            static services => services.AddLogging(static logging => logging.AddFilter("SharedModels.AspNetCore", LogLevel.Debug)),
            ("Leasing:MaxQueueLength", "1"));
        if (reason == "stopping")
        {
            await fixture.Services.GetRequiredService<SharedModelManager>().ShutdownAsync(CancellationToken.None);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await fixture.Client.GetAsync("/")).StatusCode);
        }
        else
        {
            using var held = await fixture.Manager.FetchModelAsync("a");
            var waiting = fixture.Client.GetAsync("/");
            await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1);
            if (reason == "full")
                Assert.Equal(HttpStatusCode.ServiceUnavailable, (await fixture.Client.GetAsync("/")).StatusCode);
            else
                fixture.Time.Advance(TimeSpan.FromSeconds(31));
            held.Dispose();
            Assert.Equal(reason == "full" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, (await waiting).StatusCode);
        }

        var line = Assert.Single(
            fixture.Log.GetSnapshot(), static line => line.Message.StartsWith("Returned 503 for /", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Debug, line.Level);
        Assert.DoesNotContain(fixture.Log.GetSnapshot(), static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Exceptions_of_the_application_are_left_to_others()
    {
        await using var fixture = await StartAsync();
        using var response = await fixture.Client.GetAsync("/broken");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task A_client_that_does_not_accept_json_still_gets_the_problem()
    {
        await using var fixture = await StartAsync();
        fixture.Accelerator.Lose();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Accept = { new("text/html") } } };
        using var response = await fixture.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("a", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("model").GetString());
    }

    [Fact]
    public async Task The_application_can_customize_problems()
    {
        await using var fixture = await WebFixture.StartAsync(
            Map, static services => services.AddProblemDetails(static options => options.CustomizeProblemDetails = static context =>
            {
                context.ProblemDetails.Title = $"{context.Exception!.GetType().Name} of {context.ProblemDetails.Extensions["model"]}";
                context.ProblemDetails.Extensions["support"] = "extension 12";
            }));
        fixture.Accelerator.Lose();
        using var response = await fixture.Client.GetAsync("/");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(
            ("DeviceLostException of a", "extension 12"),
            (problem.GetProperty("title").GetString(), problem.GetProperty("support").GetString()));
    }

    private static Task<WebFixture> StartAsync(params (string Key, string Value)[] settings) =>
        WebFixture.StartAsync(Map, settings: settings);

    private static void Map(WebApplication app)
    {
        app.MapGet("/", static (IModelLease<FakeModel> lease) => lease.Model.Use()).RequireModelLeases();
        app.MapGet("/invoke", static (IModelLease<FakeModel> lease, CancellationToken ct) =>
            lease.InvokeAsync(static model => model.Use(), ct).AsTask()).RequireModelLeases();
        app.MapGet("/named/{id}", static async (string id, ISharedModelManager manager) => (await manager.FetchModelAsync(id)).Dispose());
        app.MapGet("/evict", static (ISharedModelManager manager) => manager.EvictAsync("a").AsTask());
        app
            .MapGet("/broken", static string (IModelLease<FakeModel> lease) => throw new InvalidOperationException("secret"))
            .RequireModelLeases();
        app.MapGet("/both", static async (IModelLease<FakeModel> a, [FromKeyedServices("b")] IModelLease<FakeModel> b) =>
        {
            await b.AcquireAsync();
            await b.InvokeAsync(static model => model.Use());
            await a.AcquireAsync();
        });
    }
}
