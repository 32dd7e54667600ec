using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Tests.Endpoints;

public sealed class RequireModelLeasesTests
{
    [Fact]
    public async Task A_lease_is_held_before_the_handler_runs_and_released_after_the_response()
    {
        IModelLease? seen = null;
        await using var fixture = await WebFixture.StartAsync(app => app.MapGet("/", (IModelLease<FakeModel> lease) =>
        {
            seen = lease;
            return lease.Model.Use().ToString(System.Globalization.CultureInfo.InvariantCulture);
        }).RequireModelLeases());
        Assert.Equal("1", await fixture.Client.GetStringAsync("/"));
        Assert.Equal(("a", LeaseState.Released), (seen!.ModelId, seen.State));
        Assert.Equal(0, fixture["a"].ActiveLeases);
    }

    [Fact]
    public async Task Without_the_convention_nothing_is_acquired()
    {
        await using var fixture = await WebFixture.StartAsync(
            app => app.MapGet("/", (IModelLease<FakeModel> lease) => lease.State.ToString()));
        Assert.Equal("Pending", await fixture.Client.GetStringAsync("/"));
        Assert.Equal(ModelResidency.Registered, fixture["a"].Residency);
    }

    [Fact]
    public async Task All_leases_of_the_handler_and_its_services_are_acquired_together()
    {
        await using var fixture = await WebFixture.StartAsync(
            app => app.MapGet("/", ([FromKeyedServices("b")] IModelLease<FakeModel> lease, Pipeline pipeline) =>
                $"{lease.ModelId} {lease.State} {pipeline.Lease.ModelId} {pipeline.Lease.State}").RequireModelLeases(),
            services => services.AddScoped<Pipeline>());
        Assert.Equal("b Held a Held", await fixture.Client.GetStringAsync("/"));
        Assert.Equal((0, 0), (fixture["a"].ActiveLeases, fixture["b"].ActiveLeases));
    }

    [Fact]
    public async Task A_handler_holds_no_lease_while_one_of_its_models_is_in_use()
    {
        await using var fixture = await WebFixture.StartAsync(
            app => app
                .MapGet("/", (IModelLease<FakeModel> first, [FromKeyedServices("b")] IModelLease<FakeModel> second) => "done")
                .RequireModelLeases());
        var held = await fixture.Manager.FetchModelAsync("b");
        var answer = fixture.Client.GetStringAsync("/");
        await Condition.UntilAsync(() => fixture["b"].QueuedRequests == 1);
        Assert.Equal((0, false), (fixture["a"].ActiveLeases, answer.IsCompleted));
        held.Dispose();
        Assert.Equal("done", await answer);
    }

    [Fact]
    public async Task Tenants_take_turns_whatever_number_of_requests_each_has()
    {
        var served = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var fixture = await WebFixture.StartAsync(
            app => app.MapGet("/{tenant}", (string tenant, IModelLease<FakeModel> lease) => served.Enqueue(tenant)).RequireModelLeases(),
            static services => services.Configure<SharedModelsHttpOptions>(
                static options => options.Tenant = static context => (string?)context.GetRouteValue("tenant")));
        var held = await fixture.Manager.FetchModelAsync("a");
        var answers = new List<Task>();
        foreach (var tenant in (string[])["flood", "flood", "flood", "other"])
        {
            answers.Add(fixture.Client.GetAsync(new Uri($"/{tenant}", UriKind.Relative)));
            await Condition.UntilAsync(() => fixture["a"].QueuedRequests == answers.Count);
        }

        held.Dispose();
        await Task.WhenAll(answers).WaitAsync(TestBound.Wait);
        Assert.Equal(["flood", "other", "flood", "flood"], served);
    }

    [Fact]
    public async Task A_group_applies_the_convention_and_the_nearest_one_sets_the_timeout()
    {
        await using var fixture = await WebFixture.StartAsync(static app =>
        {
            var group = app.MapGroup("/g").RequireModelLeases(timeout: TimeSpan.FromSeconds(5));
            group.MapGet("/patient", (IModelLease<FakeModel> lease) => lease.State.ToString()).RequireModelLeases(
                LeasePriority.High, TimeSpan.FromSeconds(500));
            group.MapGet("/plain", (IModelLease<FakeModel> lease) => lease.State.ToString());
        });
        var held = await fixture.Manager.FetchModelAsync("a");
        var plain = fixture.Client.GetAsync("/g/plain");
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1);
        var patient = fixture.Client.GetStringAsync("/g/patient");
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 2);
        fixture.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await plain).StatusCode);
        Assert.False(patient.IsCompleted);
        held.Dispose();
        Assert.Equal("Held", await patient);
    }

    [Fact]
    public async Task A_client_that_goes_away_leaves_the_queue_without_a_log_entry()
    {
        var ran = false;
        await using var fixture = await WebFixture.StartAsync(
            app => app.MapGet("/", (IModelLease<FakeModel> lease) => ran = true).RequireModelLeases());
        var held = await fixture.Manager.FetchModelAsync("a");
        using var gone = new CancellationTokenSource();
        var answer = fixture.Client.GetAsync("/", gone.Token);
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await Condition.UntilAsync(() => fixture["a"].QueuedRequests == 0);
        held.Dispose();
        Assert.False(ran);
        Assert.DoesNotContain(fixture.Log.GetSnapshot(), static line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact]
    public async Task A_handler_that_throws_releases_its_leases()
    {
        await using var fixture = await WebFixture.StartAsync(app => app.MapGet("/", (IModelLease<FakeModel> lease) =>
            lease.State == LeaseState.Held ? throw new InvalidOperationException("no") : "").RequireModelLeases());
        Assert.Equal(HttpStatusCode.InternalServerError, (await fixture.Client.GetAsync("/")).StatusCode);
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }

    [Fact]
    public async Task A_streamed_body_keeps_the_lease_until_it_is_complete()
    {
        var gate = new TaskCompletionSource();
        await using var fixture = await WebFixture
            .StartAsync(app => app.MapGet("/", (IModelLease<FakeModel> lease, HttpResponse response) => TypedResults.Stream(async body =>
            {
                await body.WriteAsync("first"u8.ToArray());
                await body.FlushAsync();
                await gate.Task;
                await body.WriteAsync(lease.State == LeaseState.Held ? " held"u8.ToArray() : " lost"u8.ToArray());
            })).RequireModelLeases());
        using var response = await fixture.Client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(1, fixture["a"].ActiveLeases);
        gate.SetResult();
        Assert.Equal("first held", await response.Content.ReadAsStringAsync());
        await Condition.UntilAsync(() => fixture["a"].ActiveLeases == 0);
    }

    [Fact]
    public void An_invalid_timeout_is_rejected_where_it_is_written()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        var wrong = Assert.Throws<ArgumentOutOfRangeException>(
            () => app.MapGet("/", static () => "").RequireModelLeases(timeout: TimeSpan.Zero));
        Assert.StartsWith("The timeout must be greater than zero.", wrong.Message, StringComparison.Ordinal);
        var text = Assert.Throws<FormatException>(() => new RequireModelLeasesAttribute { Timeout = "soon" });
        Assert.Equal(
            "The timeout 'soon' of [RequireModelLeases] is not a time greater than zero. Use hours, minutes and seconds such as 00:00:10.",
            text.Message);
        Assert.Equal("00:00:10", new RequireModelLeasesAttribute { Timeout = "00:00:10" }.Timeout);
        Assert.Equal("-00:00:00.0010000", new RequireModelLeasesAttribute { Timeout = "-00:00:00.001" }.Timeout);

        // TimeSpan.Parse would read ten days.
        Assert.Throws<FormatException>(() => new RequireModelLeasesAttribute { Timeout = "10" });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mark_on_mapped_components_would_have_no_effect_and_is_rejected(bool isGroup)
    {
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => WebFixture.StartAsync(
            app =>
            {
                if (isGroup)
                    app.MapGroup("").RequireModelLeases().MapRazorComponents<LeasedComponent>();
                else
                    app.MapRazorComponents<LeasedComponent>().RequireModelLeases();
            },
            static services => services.AddRazorComponents()));
        Assert.StartsWith("RequireModelLeases() has no effect on the Razor component '", wrong.Message, StringComparison.Ordinal);
    }

    private sealed class Pipeline(IModelLease<FakeModel> lease)
    {
        public IModelLease<FakeModel> Lease { get; } = lease;
    }
}
