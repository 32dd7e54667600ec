using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SharedModels.AspNetCore.Tests;
using SharedModels.Testing;

namespace SharedModels.AspNetCore.Grpc.Tests;

public sealed class LeasesOfServicesTests
{
    private const string Held = "a Held, b Held";

    [Fact]
    public async Task Leases_of_a_marked_method_are_held_while_it_runs_and_leases_of_other_methods_are_not()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        Assert.Equal(Held, await fixture.CallAsync(DetectorBase.MarkedMethod));
        Assert.Equal("a Pending, b Pending", await fixture.CallAsync(DetectorBase.PlainMethod));
        await Condition.UntilAsync(() => fixture.ActiveLeases == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_methods_can_be_marked_where_the_service_is_mapped(bool isGroup)
    {
        await using var fixture = await GrpcFixture.StartAsync(app => _ = isGroup
            ? app.MapGroup("").RequireModelLeases().MapGrpcService<Detector>()
            : app.MapGrpcService<Detector>().RequireModelLeases());
        Assert.Equal(Held, await fixture.CallAsync(DetectorBase.PlainMethod));
    }

    [Fact]
    public async Task A_stream_to_the_client_keeps_the_leases_until_it_is_complete()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        using var call = fixture.Download();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal((Held, 2), (call.ResponseStream.Current, fixture.ActiveLeases));
        fixture.Script.MayEnd.SetResult();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(Held, call.ResponseStream.Current);
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
        await Condition.UntilAsync(() => fixture.ActiveLeases == 0);
    }

    [Fact]
    public async Task A_client_that_leaves_a_stream_releases_the_leases()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        using (var call = fixture.Download())
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        await Condition.UntilAsync(() => fixture.ActiveLeases == 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_of_a_model_keeps_the_leases_until_it_ends_or_the_client_leaves(bool leaves)
    {
        await using var fixture = await GrpcFixture.StartAsync();
        using (var call = fixture.Count())
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(("0", 2), (call.ResponseStream.Current, fixture.ActiveLeases));
            if (!leaves)
            {
                fixture.Script.MayEnd.SetResult();
                Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
                Assert.Equal("1", call.ResponseStream.Current);
                Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
            }
        }

        await Condition.UntilAsync(() => fixture.ActiveLeases == 0);
        Assert.Equal("SharedModels fake:0 #0", await fixture.Script.CountEndedOn.Task);
    }

    [Fact]
    public async Task A_method_that_throws_releases_the_leases()
    {
        await using var fixture = await GrpcFixture.StartAsync(static app => app.MapGrpcService<Detector>().RequireModelLeases());
        fixture.Script.Failures.Enqueue(new InvalidOperationException("No."));
        Assert.Equal(StatusCode.Unknown, (await fixture.FailAsync(DetectorBase.FailMethod)).StatusCode);
        await Condition.UntilAsync(() => fixture.ActiveLeases == 0);
        Assert.Equal((1, 1), (fixture.Web["a"].Loads, fixture.Web["b"].Loads));
    }

    [Fact]
    public async Task Streams_from_the_client_hold_their_leases_too()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        using var upload = fixture.Upload();
        Assert.Equal(Held, await upload.ResponseAsync);
        using var talk = fixture.Talk();
        Assert.True(await talk.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(Held, talk.ResponseStream.Current);
    }

    [Fact]
    public async Task A_call_holds_no_lease_while_one_of_its_models_is_in_use()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        var held = await fixture.Web.Manager.FetchModelAsync("b");
        var call = fixture.CallAsync(DetectorBase.MarkedMethod);
        await Condition.UntilAsync(() => fixture.Web["b"].QueuedRequests == 1);
        Assert.Equal((0, false), (fixture.Web["a"].ActiveLeases, call.IsCompleted));
        held.Dispose();
        Assert.Equal(Held, await call);
    }

    [Fact]
    public async Task The_attribute_of_a_method_overrides_the_convention_of_the_mapped_service()
    {
        await using var fixture = await GrpcFixture.StartAsync(
            static app => app.MapGrpcService<Detector>().RequireModelLeases(timeout: TimeSpan.FromMinutes(5)));
        var held = await fixture.Web.Manager.FetchModelAsync("a");
        var hasty = fixture.FailAsync(DetectorBase.MarkedMethod);
        await Condition.UntilAsync(() => fixture.Web["a"].QueuedRequests == 1);
        var patient = fixture.CallAsync(DetectorBase.PlainMethod);
        await Condition.UntilAsync(() => fixture.Web["a"].QueuedRequests == 2);
        fixture.Web.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(StatusCode.Unavailable, (await hasty).StatusCode);
        Assert.False(patient.IsCompleted);
        held.Dispose();
        Assert.Equal(Held, await patient);
    }

    [Fact]
    public async Task A_client_that_cancels_leaves_the_queue_without_a_log_entry()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        using var held = await fixture.Web.Manager.FetchModelAsync("a");
        using var gone = new CancellationTokenSource();
        var call = fixture.CallAsync(DetectorBase.MarkedMethod, gone.Token);
        await Condition.UntilAsync(() => fixture.Web["a"].QueuedRequests == 1);
        await gone.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        await Condition.UntilAsync(() => fixture.Web["a"].QueuedRequests == 0);
        await Condition.UntilAsync(
            () => fixture.Web.Log.GetSnapshot().Any(static line => line.Message.StartsWith("Request finished", StringComparison.Ordinal)));
        Assert.DoesNotContain(fixture.Web.Log.GetSnapshot(), static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_call_whose_deadline_passes_leaves_the_queue_without_a_log_entry()
    {
        await using var fixture = await GrpcFixture.StartAsync();
        using var held = await fixture.Web.Manager.FetchModelAsync("a");

        // Only the server knows the deadline, so the client does not cancel. The server resets the stream, because the message is
        // incomplete.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/shapes.Detector/Marked")
        {
            Version = HttpVersion.Version20,
            Headers = { { "TE", "trailers" }, { "grpc-timeout", "1S" } },
            Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new("application/grpc") } },
        };
        var call = fixture.Web.Client.SendAsync(request);
        await Condition.UntilAsync(() => fixture.Web["a"].QueuedRequests == 1);
        await Assert.ThrowsAsync<HttpResetTestException>(() => call);
        await Condition.UntilAsync(() => fixture.Web["a"].QueuedRequests == 0);
        await Condition.UntilAsync(
            () => fixture.Web.Log.GetSnapshot().Any(static line => line.Message.StartsWith("Request finished", StringComparison.Ordinal)));
        Assert.DoesNotContain(fixture.Web.Log.GetSnapshot(), static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_lease_that_was_injected_before_the_service_is_acquired_with_the_other_leases()
    {
        await using var fixture = await GrpcFixture.StartAsync(static app =>
        {
            ((IApplicationBuilder)app).Use(static (context, next) =>
            {
                context.RequestServices.GetRequiredService<IModelLease<FakeModel>>();
                return next(context);
            });
            app.MapGrpcService<Detector>().RequireModelLeases(timeout: TimeSpan.FromSeconds(5));
        });
        var held = await fixture.Web.Manager.FetchModelAsync("b");
        var rejected = fixture.FailAsync(DetectorBase.PlainMethod);
        await Condition.UntilAsync(() => fixture.Web["b"].QueuedRequests == 1);
        Assert.Equal(0, fixture.Web["a"].ActiveLeases);
        fixture.Web.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.EndsWith(" is busy. 1 request is waiting.", (await rejected).Status.Detail, StringComparison.Ordinal);
        held.Dispose();
        Assert.Equal(Held, await fixture.CallAsync(DetectorBase.PlainMethod));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public async Task Global_interceptors_run_before_leases_are_acquired_and_service_interceptors_run_after(bool isOfOne, int leases)
    {
        var rejection = new RejectingInterceptor();
        await using var fixture = await GrpcFixture.StartAsync(
            static app => app.MapGrpcService<Detector>(),
            services =>
            {
                var grpc = services.AddSingleton<DetectorScript>()
                    .AddScoped<Detector>()
                    .AddSingleton(rejection)
                    .AddGrpc(options => Add(options, !isOfOne))
                    .AddModelLeases();
                grpc.AddServiceOptions<Detector>(options => Add(options, isOfOne));
            });
        Assert.Equal(StatusCode.PermissionDenied, (await fixture.FailAsync(DetectorBase.MarkedMethod)).StatusCode);
        Assert.Equal(leases, rejection.ActiveLeases);
        await Condition.UntilAsync(() => fixture.ActiveLeases == 0);

        static void Add(GrpcServiceOptions options, bool isAsked)
        {
            if (isAsked)
                options.Interceptors.Add<RejectingInterceptor>();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mark_without_effect_is_rejected_at_startup(bool isGroup)
    {
        var wrong = await Assert.ThrowsAsync<InvalidOperationException>(() => GrpcFixture.StartAsync(
            app => _ = isGroup
                ? app.MapGroup("").RequireModelLeases().MapGrpcService<Detector>()
                : app.MapGrpcService<Detector>().RequireModelLeases(),
            static services => services.AddGrpc()));
        Assert.Equal(
            "RequireModelLeases() has no effect on 'gRPC - /shapes.Detector/Marked' without the interceptor for gRPC; call "
            + "AddGrpc().AddModelLeases() from the package SharedModels.AspNetCore.Grpc.",
            wrong.Message);
    }

    [Fact]
    public async Task An_attribute_without_the_interceptor_does_nothing()
    {
        await using var fixture = await GrpcFixture.StartAsync(
            static app =>
                app.MapGrpcService<Detector>(), static services => services.AddSingleton<DetectorScript>().AddScoped<Detector>().AddGrpc());
        Assert.Equal("a Pending, b Pending", await fixture.CallAsync(DetectorBase.MarkedMethod));
    }

    [Fact]
    public async Task A_service_that_the_container_does_not_create_is_rejected_with_the_remedy()
    {
        await using var fixture = await GrpcFixture.StartAsync(
            static app => app.MapGrpcService<Detector>(),
            static services =>
                services.AddSingleton<DetectorScript>().AddGrpc(static options => options.EnableDetailedErrors = true).AddModelLeases());
        Assert.Equal("a Pending, b Pending", await fixture.CallAsync(DetectorBase.PlainMethod));
        var wrong = await fixture.FailAsync(DetectorBase.MarkedMethod);
        Assert.EndsWith(
            "The leases of the gRPC service 'Detector' are not known before it is created; register it in the container: "
            + "services.AddScoped<Detector>().",
            wrong.Status.Detail,
            StringComparison.Ordinal);
        Assert.Contains(fixture.Web.Log.GetSnapshot(), static line => line.Level == LogLevel.Error);
    }
}
