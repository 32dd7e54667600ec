using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using SharedModels.Testing;

namespace SharedModels.Tests.FailureMatrix;

/// <summary>A lease is held for longer than <c>MaxHold</c>.</summary>
public sealed class LeaseHeldTooLongTests
{
    private static readonly (string Key, string Value) MaxHold = ("Leasing:MaxHold", "00:01:00");

    [Theory]
    [InlineData("-00:00:00.001", 100, LeaseState.Held)]
    [InlineData("00:02:00", 1.9, LeaseState.Held)]
    [InlineData("00:02:00", 2.1, LeaseState.Lost)]
    public async Task A_limit_that_is_raised_applies_to_leases_that_are_held(string limit, double minutes, LeaseState state)
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        fixture.Change(("Leasing:MaxHold", limit));
        fixture.Time.Advance(TimeSpan.FromMinutes(1.1));
        fixture.Time.Advance(TimeSpan.FromMinutes(minutes - 1.1));
        Assert.Equal(state, lease.State);
    }

    [Fact]
    public async Task The_lease_is_lost_and_its_token_is_canceled()
    {
        await using var fixture = Create();
        await using var lease = await fixture.FetchAsync("a");
        var told = new TaskCompletionSource();
        await using var registration = lease.Lost.Register(told.SetResult);
        fixture.Time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.Equal(LeaseState.Held, lease.State);
        fixture.Time.Advance(TimeSpan.FromSeconds(0.2));
        await told.Task;
        Assert.Equal(LeaseState.Lost, lease.State);
        Assert.Contains(
            "SharedModels:Leasing:MaxHold", Assert.Throws<InvalidOperationException>(() => lease.Model).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false", "Set SharedModels:Leasing:CaptureStackTraces to true to log where it was acquired.")]
    [InlineData("true", nameof(A_warning_names_model_holder_age_and_on_request_where_it_was_acquired))]
    public async Task A_warning_names_model_holder_age_and_on_request_where_it_was_acquired(string captures, string where)
    {
        await using var fixture = Create(("Leasing:CaptureStackTraces", captures));
        await using var lease = await fixture.FetchAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(61));
        var warning = Assert.Single(fixture.Log.GetSnapshot(), static line => line.Level == LogLevel.Warning).Message;
        Assert.StartsWith(
            "A lease on model 'a' has been held for more than 60 s (SharedModels:Leasing:MaxHold). Other requests wait until it is "
            + "disposed. ",
            warning,
            StringComparison.Ordinal);
        Assert.Contains(where, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_model_stays_in_use_until_the_lease_is_disposed()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        var next = fixture.FetchAsync("a", new AcquireOptions { Timeout = Timeout.InfiniteTimeSpan });
        fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, 1, 1), (fixture["a"].ActiveLeases, fixture["a"].OverdueLeases, fixture.DeviceState().QueueLength));
        Assert.False(next.IsCompleted);
        lease.Dispose();
        await using var granted = await next;
        Assert.Equal((1, 1, 0), (granted.Model.Use(), fixture["a"].ActiveLeases, fixture["a"].OverdueLeases));
    }

    [Fact]
    public async Task Readiness_is_degraded_until_the_lease_is_disposed()
    {
        await using var fixture = Create();
        var lease = await fixture.FetchAsync("a");
        fixture.Time.Advance(TimeSpan.FromSeconds(61));
        var entry = await fixture.CheckReadinessAsync();
        Assert.Equal((HealthStatus.Degraded, "Model 'a' has been held too long."), (entry.Status, entry.Description));
        lease.Dispose();
        Assert.Equal(HealthStatus.Healthy, (await fixture.CheckReadinessAsync()).Status);
    }

    [Fact]
    public async Task Every_lease_of_a_group_is_timed_separately()
    {
        await using var fixture = Create();
        fixture.Add("b");
        await using var scope = fixture.Manager.CreateScope();
        IModelLease[] leases = [scope.CreateLease<FakeModel>("a"), scope.CreateLease<FakeModel>("b")];
        await fixture.Manager.AcquireAllAsync(leases);
        fixture.Time.Advance(TimeSpan.FromSeconds(30));
        leases[1].Dispose();
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(
            (LeaseState.Lost, LeaseState.Released, 1),
            (leases[0].State, leases[1].State, fixture.Log.GetSnapshot().Count(static line => line.Level == LogLevel.Warning)));
    }

    private static ApplicationFixture Create(params (string Key, string Value)[] settings)
    {
        var fixture = new ApplicationFixture([MaxHold, .. settings]);
        fixture.Add("a");
        return fixture;
    }
}
