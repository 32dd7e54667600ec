using System.Collections.Concurrent;
using System.Diagnostics;

namespace SharedModels.Tests.Diagnostics;

public sealed class ActivityTests
{
    [Fact]
    public async Task Waits_loads_moves_and_uses_are_activities()
    {
        var model = $"model-{Guid.NewGuid():N}";
        var activities = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "SharedModels",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("sharedmodels.model"), model))
                    activities.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var fixture = new ManagerFixture();
        fixture.Add(model);
        using var caller = new Activity("caller").Start();
        await using (var lease = await fixture.FetchAsync(model))
        {
            await Assert.ThrowsAsync<IOException>(async () => await lease.InvokeAsync<int>(_ => throw new IOException("broken")));
            await lease.InvokeAsync(used => used.Use());
        }

        var byName = activities.ToLookup(activity => activity.OperationName);
        Assert.Equal(
            ["sharedmodels.acquire", "sharedmodels.invoke", "sharedmodels.load", "sharedmodels.move"],
            byName.Select(group => group.Key).Order());
        Assert.All(activities, activity => Assert.Equal(caller.TraceId, activity.TraceId));
        Assert.Equal(
            [ActivityStatusCode.Error, ActivityStatusCode.Unset], byName["sharedmodels.invoke"].Select(activity => activity.Status));
        Assert.Equal(
            [byName["sharedmodels.load"].Single().SpanId, byName["sharedmodels.move"].Single().SpanId],
            byName["sharedmodels.acquire"].Single().Links.Select(static link => link.Context.SpanId));
    }
}
