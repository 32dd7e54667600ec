using SharedModels.Testing;

namespace SharedModels.Tests.Leasing;

public sealed class ModelLeaseTests
{
    [Fact]
    public async Task A_second_fetch_waits_until_the_first_lease_is_disposed()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        fixture.Add("b");
        var first = await fixture.FetchElsewhereAsync("a");
        var second = fixture.FetchElsewhereAsync("b").AsTask();
        await fixture.Manager.PreloadAsync("b");
        Assert.False(second.IsCompleted);
        Assert.Equal(1, fixture.Accelerator.QueueLength);
        await first.DisposeAsync();
        await using var lease = await second;
        Assert.Equal(LeaseState.Held, lease.State);
    }

    [Fact]
    public async Task Disposing_is_idempotent_and_the_model_is_inaccessible_afterwards()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var lease = await fixture.FetchAsync("a");
        lease.Dispose();
        lease.Dispose();
        await lease.DisposeAsync();
        Assert.Equal(LeaseState.Released, lease.State);
        Assert.Contains("has been released", Assert.Throws<InvalidOperationException>(() => lease.Model).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => lease.Device);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await lease.AcquireAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await lease.InvokeAsync(model => model.Use()));
        Assert.Equal(0, fixture["a"].ActiveLeases);
    }

    [Fact]
    public async Task A_canceled_wait_leaves_the_queue_immediately_and_throws_with_its_token()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        using var cancellation = new CancellationTokenSource();
        var waiting = fixture.FetchAsync("a", cancellation.Token).AsTask();
        var next = fixture.FetchAsync("a").AsTask();
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.Equal(1, fixture.Accelerator.QueueLength);
        held.Dispose();
        await using var lease = await next;
    }

    [Fact]
    public async Task A_token_that_is_already_canceled_takes_no_place_in_the_queue()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await fixture.FetchAsync("a", new CancellationToken(canceled: true)));
        Assert.Equal(0, script.Loads);
    }

    [Fact]
    public async Task A_wait_times_out_with_a_message_that_names_the_holder_of_the_device()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        fixture.Add("b");
        await using var held = await fixture.FetchAsync("a");
        var waiting = fixture.FetchElsewhereAsync("b").AsTask();
        fixture.Time.AdvancePast(TimeSpan.FromSeconds(30));
        var exception = await Assert.ThrowsAsync<LeaseTimeoutException>(() => waiting);
        Assert.Equal(
            "Timed out after 30 s waiting for model 'b' (SharedModels:Leasing:AcquireTimeout, or the request's own timeout): "
            + "model 'a' has been in use for 30 s on device fake:0 and 1 request is waiting. Increase the timeout, or add a device.",
            exception.Message);
        Assert.Equal(("b", FakeAccelerator.Device, 1), (exception.ModelId, exception.Device, exception.QueueLength));
        Assert.True(exception.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_request_can_have_its_own_priority_and_timeout()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        var held = await fixture.FetchAsync("a");
        var patient = fixture.Manager.FetchModelAsync<FakeModel>("a", new AcquireOptions { Timeout = Timeout.InfiniteTimeSpan }).AsTask();
        var urgent = fixture.Manager.FetchModelAsync<FakeModel>("a", new AcquireOptions { Priority = LeasePriority.High }).AsTask();
        var hasty = fixture.Manager.FetchModelAsync<FakeModel>("a", new AcquireOptions { Timeout = TimeSpan.FromSeconds(2) }).AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Contains("after 2 s", (await Assert.ThrowsAsync<LeaseTimeoutException>(() => hasty)).Message, StringComparison.Ordinal);
        held.Dispose();
        var lease = await urgent;
        fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(patient.IsCompleted);
        lease.Dispose();
        (await patient).Dispose();
    }

    [Fact]
    public async Task Invalid_options_are_rejected()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await fixture.Manager.FetchModelAsync<FakeModel>("a", new AcquireOptions { Timeout = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await fixture.Manager.FetchModelAsync<FakeModel>("a", new AcquireOptions { Priority = (LeasePriority)3 }));
    }

    [Theory]
    [InlineData(false, "Set SharedModels:Leasing:CaptureStackTraces to true")]
    [InlineData(true, nameof(A_lease_held_too_long_is_lost_and_logged_and_in_use_until_it_is_disposed))]
    public async Task A_lease_held_too_long_is_lost_and_logged_and_in_use_until_it_is_disposed(bool capturesStackTraces, string where)
    {
        await using var fixture = new ManagerFixture(options =>
        {
            options.Leasing.MaxHold = TimeSpan.FromMinutes(1);
            options.Leasing.CaptureStackTraces = capturesStackTraces;
            options.Leasing.AcquireTimeout = Timeout.InfiniteTimeSpan;
        });
        fixture.Add("a");
        await (await fixture.FetchAsync("a")).DisposeAsync();
        var lease = await fixture.FetchAsync("a");
        var next = fixture.FetchAsync("a").AsTask();
        fixture.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(LeaseState.Held, lease.State);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LeaseState.Lost, lease.State);
        Assert.True(lease.Lost.IsCancellationRequested);
        Assert.Equal((1, 1), (fixture["a"].ActiveLeases, fixture["a"].OverdueLeases));
        var warning = Assert.Single(fixture.Log.GetSnapshot(), line => line.Level == Microsoft.Extensions.Logging.LogLevel.Warning).Message;
        Assert.Contains("'a' has been held for more than 60 s", warning, StringComparison.Ordinal);
        Assert.Contains(where, warning, StringComparison.Ordinal);

        lease.Dispose();
        (await next).Dispose();
        Assert.Equal((0, 0), (fixture["a"].ActiveLeases, fixture["a"].OverdueLeases));
    }

    [Fact]
    public async Task A_full_queue_rejects_immediately()
    {
        await using var fixture = new ManagerFixture(options => options.Leasing.MaxQueueLength = 0);
        fixture.Add("a");
        await fixture.Manager.PreloadAsync("a");
        await using var held = await fixture.FetchAsync("a");
        var exception = await Assert.ThrowsAsync<LeaseRejectedException>(async () => await fixture.FetchAsync("a"));
        Assert.Contains("SharedModels:Leasing:MaxQueueLength", exception.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(1), exception.RetryAfter);
    }

    [Fact]
    public async Task Code_runs_on_the_worker_of_the_slot_one_call_after_the_other()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        script.Use.Close();
        var first = lease.InvokeAsync(model => (model.Use(), Thread.CurrentThread)).AsTask();
        var second = lease.InvokeAsync(model => (model.Use(), Thread.CurrentThread)).AsTask();
        await script.Use.Arrived;
        Assert.False(first.IsCompleted || second.IsCompleted);
        script.Use.Open();
        var (users, thread) = await first;
        Assert.Equal(1, users);
        Assert.Equal((1, thread), await second);
        Assert.Equal("SharedModels fake:0 #0", thread.Name);
    }

    [Fact]
    public async Task An_exception_of_the_code_reaches_the_caller_and_changes_nothing()
    {
        await using var fixture = new ManagerFixture();
        fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        await Assert.ThrowsAsync<InvalidDataException>(async () => await lease.InvokeAsync<int>(_ => throw new InvalidDataException()));
        Assert.Equal(LeaseState.Held, lease.State);
        Assert.Equal(1, await lease.InvokeAsync(model => model.Use()));
    }

    [Fact]
    public async Task Canceled_code_is_not_started_and_code_that_cancels_itself_ends_as_canceled()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        await using var lease = await fixture.FetchAsync("a");
        using var cancellation = new CancellationTokenSource();
        script.Use.Close();
        var running = lease.InvokeAsync(model =>
        {
            model.Use();
            cancellation.Token.ThrowIfCancellationRequested();
            return 0;
        }).AsTask();
        var wasStarted = false;
        var queued = lease.InvokeAsync(_ => wasStarted = true, cancellation.Token).AsTask();
        await script.Use.Arrived;
        await cancellation.CancelAsync();
        script.Use.Open();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running)).CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        Assert.False(wasStarted);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await lease.InvokeAsync(_ => 0, cancellation.Token));
    }

    [Fact]
    public async Task A_lease_disposed_while_its_code_runs_releases_the_model_when_the_code_has_ended()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        var lease = await fixture.FetchAsync("a");
        script.Use.Close();
        var running = lease.InvokeAsync(model => model.Use()).AsTask();
        await script.Use.Arrived;
        lease.Dispose();
        var next = fixture.FetchAsync("a").AsTask();
        Assert.Equal(LeaseState.Released, lease.State);
        Assert.Equal(1, fixture["a"].ActiveLeases);
        script.Use.Open();
        Assert.Equal(1, await running);
        await using var held = await next;
        Assert.Equal(1, await held.InvokeAsync(model => model.Use()));
    }

    [Fact]
    public async Task A_shutdown_waits_for_leases_and_then_frees_the_models()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        var lease = await fixture.FetchAsync("a");
        var waiting = fixture.FetchAsync("a").AsTask();
        var shutdown = fixture.Manager.ShutdownAsync(CancellationToken.None);
        var exception = await Assert.ThrowsAsync<ManagerShuttingDownException>(() => waiting);
        Assert.Equal("a", exception.ModelId);
        Assert.False(shutdown.IsCompleted);
        Assert.Equal(1, await lease.InvokeAsync(model => model.Use()));
        lease.Dispose();
        await shutdown;
        Assert.Equal(1, script.Disposals);
        Assert.Equal(0, fixture.Accelerator.UsedBytes);
    }

    [Fact]
    public async Task A_shutdown_that_must_not_wait_loses_the_leases_and_their_release_frees_the_models()
    {
        var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        var lease = await fixture.FetchAsync("a");
        var lost = lease.Lost;
        await fixture.Manager.ShutdownAsync(new CancellationToken(canceled: true));
        Assert.True(lost.IsCancellationRequested);
        Assert.Equal(LeaseState.Lost, lease.State);
        Assert.True(lease.Lost.IsCancellationRequested);
        Assert.Contains(
            "is lost because the application is stopping",
            Assert.Throws<InvalidOperationException>(() => lease.Model).Message,
            StringComparison.Ordinal);
        Assert.Contains(fixture.Log.GetSnapshot(), line => line.Message.Contains("leases on a", StringComparison.Ordinal));
        await fixture.DisposeAsync();
        Assert.Equal(0, script.Disposals);

        lease.Dispose();
        await fixture.Manager.ShutdownAsync(CancellationToken.None);
        Assert.Equal(1, script.Disposals);
    }

    [Fact]
    public async Task A_shutdown_cancels_a_running_load()
    {
        await using var fixture = new ManagerFixture();
        var script = fixture.Add("a");
        script.Load.Close();
        var waiting = fixture.FetchAsync("a").AsTask();
        await script.Load.Arrived;
        await fixture.Manager.ShutdownAsync(CancellationToken.None);
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => waiting);
    }
}
