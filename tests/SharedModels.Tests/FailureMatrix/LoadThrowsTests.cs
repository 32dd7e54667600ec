using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>A model's constructor or load throws.</summary>
public sealed class LoadThrowsTests
{
    private static readonly InvalidDataException Torn = new("The file is torn.");

    [Fact]
    public async Task The_request_gets_a_ModelLoadException_with_the_cause()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a").Load.FailWith(Torn);
        var exception = await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"));
        Assert.Same(Torn, exception.InnerException);
        Assert.Equal(("a", FakeAccelerator.Device, TimeSpan.FromSeconds(1)), (exception.ModelId, exception.Device, exception.RetryAfter));
        Assert.Equal(
            "Model 'a' could not be loaded: see the inner InvalidDataException. The first request after 1 s will try again.",
            exception.Message);
    }

    [Fact]
    public async Task All_requests_that_wait_for_the_model_get_it()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        script.Load.Close();
        await using var scope = fixture.Manager.CreateScope();
        Task[] waits =
        [
            fixture.FetchAsync("a"),
            fixture.FetchAsync("a", new AcquireOptions { Priority = LeasePriority.High }),
            fixture.Manager.PreloadAsync("a").AsTask(),
            fixture.Manager.AcquireAllAsync([scope.CreateLease<FakeModel>("a")]).AsTask(),
        ];
        await script.Load.Arrived;
        script.Load.FailWith(Torn);
        script.Load.Open();
        foreach (var wait in waits)
            Assert.Same(Torn, (await Assert.ThrowsAsync<ModelLoadException>(() => wait)).InnerException);
        Assert.Equal((1, 0), (script.Loads, fixture["a"].QueuedRequests));
    }

    [Fact]
    public async Task A_group_gets_it_with_the_name_of_the_failed_model()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        fixture.Add("b").Load.FailWith(Torn);
        await using var scope = fixture.Manager.CreateScope();
        IModelLease[] leases = [scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")];
        var exception = await Assert.ThrowsAsync<ModelLoadException>(() => fixture.Manager.AcquireAllAsync(leases).AsTask());
        Assert.Equal("b", exception.ModelId);
        Assert.All(leases, static lease => Assert.Equal(LeaseState.Pending, lease.State));
    }

    [Fact]
    public async Task A_constructor_that_throws_is_a_load_that_throws()
    {
        await using var fixture = new ApplicationFixture();
        fixture.Add<FakeModel>("a", static _ => throw Torn);
        var exception = await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"));
        Assert.Same(Torn, exception.InnerException);
        Assert.Equal((ModelResidency.Faulted, "The file is torn."), (fixture["a"].Residency, fixture["a"].Error));
    }

    [Fact]
    public async Task The_model_becomes_faulted_and_leaves_nothing_in_memory()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        script.Load.FailWith(Torn);
        await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"));
        Assert.Equal(
            (ModelResidency.Faulted, "The file is torn.", null), (fixture["a"].Residency, fixture["a"].Error, fixture["a"].Device));
        Assert.Equal((1, 0, 0), (script.Disposals, fixture.DeviceState().UsedBytes, fixture.Host.UsedBytes));
    }

    [Fact]
    public async Task The_model_becomes_faulted_and_is_retried_after_1_s_2_s_4_s_up_to_5_min()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a");
        script.Load.FailWith(Torn);
        var attempts = 0;
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        {
            var first = await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"));
            Assert.Equal((++attempts, TimeSpan.FromSeconds(seconds)), (script.Loads, first.RetryAfter));
            fixture.Time.Advance(TimeSpan.FromSeconds(seconds - 0.5));
            var tooEarly = await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"));
            Assert.Equal((attempts, TimeSpan.FromSeconds(0.5), Torn), (script.Loads, tooEarly.RetryAfter, tooEarly.InnerException));
            fixture.Time.Advance(TimeSpan.FromSeconds(0.5));
        }

        script.Load.FailWith(null);
        await fixture.UseAsync("a");
        Assert.Equal((ModelResidency.OnDevice, null), (fixture["a"].Residency, fixture["a"].Error));
    }

    [Fact]
    public async Task The_back_off_starts_over_after_the_model_was_loaded()
    {
        await using var fixture = new ApplicationFixture();
        var script = fixture.Add("a", configure: static options => options.KeepAlive = TimeSpan.Zero);
        script.Load.FailWith(Torn);
        await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        script.Load.FailWith(null);
        await fixture.UseAsync("a");
        await fixture.UntilAsync(ModelResidency.Registered, "a");
        script.Load.FailWith(Torn);
        Assert.Equal(TimeSpan.FromSeconds(1), (await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"))).RetryAfter);
    }

    [Fact]
    public async Task The_settings_determine_the_back_off()
    {
        await using var fixture = new ApplicationFixture(("Leasing:RetryDelay", "00:00:10"), ("Leasing:MaxRetryDelay", "00:00:25"));
        fixture.Add("a").Load.FailWith(Torn);
        foreach (var seconds in (int[])[10, 20, 25, 25])
        {
            var exception = await Assert.ThrowsAsync<ModelLoadException>(() => fixture.FetchAsync("a"));
            Assert.Equal(TimeSpan.FromSeconds(seconds), exception.RetryAfter);
            fixture.Time.Advance(exception.RetryAfter!.Value);
        }
    }

    [Fact]
    public async Task Other_models_are_not_affected()
    {
        await using var fixture = new ApplicationFixture();
        var bad = fixture.Add("bad");
        var idle = fixture.Add("idle");
        var used = fixture.Add("used");
        fixture.Add("waiting");
        await fixture.UseAsync("idle");
        await using var lease = await fixture.FetchAsync("used");
        bad.Load.Close();
        var failing = fixture.FetchAsync("bad");
        var waiting = fixture.FetchAsync("waiting");
        await bad.Load.Arrived;
        bad.Load.FailWith(Torn);
        bad.Load.Open();
        await Assert.ThrowsAsync<ModelLoadException>(() => failing);
        Assert.Equal((LeaseState.Held, 1), (lease.State, lease.Model.Use()));
        Assert.Equal((ModelResidency.OnDevice, 1, 1), (fixture["idle"].Residency, idle.Loads, used.Loads));
        lease.Dispose();
        (await waiting).Dispose();
    }
}
