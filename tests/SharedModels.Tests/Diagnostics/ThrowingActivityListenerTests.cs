using System.Diagnostics;
using SharedModels.Testing;

namespace SharedModels.Tests.Diagnostics;

/// <summary>An activity listener that throws changes nothing.</summary>
[Collection(nameof(ProcessListeners))]
public sealed class ThrowingActivityListenerTests
{
    [Theory]
    [InlineData("sharedmodels.load", ModelResidency.Loading)]
    [InlineData("sharedmodels.move", ModelResidency.Moving)]
    public async Task A_model_is_not_stuck(string operation, ModelResidency stuck)
    {
        var throws = true;
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "SharedModels",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (throws && activity.OperationName == operation)
                    throw new InvalidOperationException("The exporter is full.");
            },
        };
        ActivitySource.AddActivityListener(listener);
        var fixture = new ApplicationFixture();
        fixture.Add("a");
        var fetch = fixture.FetchAsync("a");
        var ended = await Condition.EndsAsync(fetch, TimeSpan.FromSeconds(4));
        throws = false;
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await Condition.EndsAsync(fetch);
        fixture.Time.Advance(TimeSpan.FromHours(1));
        var residency = fixture["a"].Residency;
        var ready = (await fixture.CheckReadinessAsync()).Status;
        await fixture.Time.AdvanceUntilAsync(fixture.DisposeAsync().AsTask(), TimeSpan.FromMinutes(1));
        Assert.True(
            ended,
            $"After one exception of a listener the model stays {residency} ({residency == stuck}), readiness is {ready}. The request "
            + $"got {fetch.Exception?.InnerException?.GetType().Name}.");
    }

    [Fact]
    public async Task A_lease_that_was_granted_is_not_lost()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "SharedModels",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = static activity =>
            {
                if (activity.OperationName == "sharedmodels.acquire")
                    throw new InvalidOperationException("The exporter is full.");
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var fixture = new ApplicationFixture();
        fixture.Add("a");
        var failure = await Record.ExceptionAsync(() => fixture.FetchAsync("a"));
        Assert.True(
            failure is null,
            $"FetchModelAsync threw {failure?.GetType().Name}, and the model has {fixture["a"].ActiveLeases} holder that nobody can "
            + "dispose.");
    }
}
