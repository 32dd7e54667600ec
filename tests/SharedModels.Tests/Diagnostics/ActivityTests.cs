using System.Diagnostics;
using SharedModels.Testing;

namespace SharedModels.Tests.Diagnostics;

public sealed class ActivityTests
{
    [Fact]
    public async Task Waits_loads_moves_and_uses_are_activities()
    {
        using var recorder = new ActivityRecorder();
        var model = recorder.Model;
        await using var fixture = new ManagerFixture();
        fixture.Add(model);
        using var caller = new Activity("caller").Start();
        await using (var lease = await fixture.FetchAsync(model))
        {
            await Assert.ThrowsAsync<IOException>(async () => await lease.InvokeAsync<int>(_ => throw new IOException("broken")));
            await lease.InvokeAsync(used => used.Use());
        }

        var byName = recorder.Activities.ToLookup(activity => activity.OperationName);
        Assert.Equal(
            ["sharedmodels.acquire", "sharedmodels.invoke", "sharedmodels.load", "sharedmodels.move"],
            byName.Select(group => group.Key).Order());
        Assert.All(recorder.Activities, activity => Assert.Equal(caller.TraceId, activity.TraceId));
        Assert.Equal(
            [ActivityStatusCode.Error, ActivityStatusCode.Unset], byName["sharedmodels.invoke"].Select(activity => activity.Status));
        Assert.Equal(
            [byName["sharedmodels.load"].Single().SpanId, byName["sharedmodels.move"].Single().SpanId],
            byName["sharedmodels.acquire"].Single().Links.Select(static link => link.Context.SpanId));
    }

    [Fact]
    public async Task A_failed_request_is_a_failed_activity()
    {
        using var recorder = new ActivityRecorder();
        await using var fixture = new ManagerFixture();
        var script = new FakeModelScript();
        script.Load.FailWith(new IOException("broken"));
        fixture.Manager.Add(new FakeModel(10, script), recorder.Model);
        await Assert.ThrowsAsync<ModelLoadException>(async () => await fixture.FetchAsync(recorder.Model));
        var byName = recorder.Activities.ToDictionary(static activity => activity.OperationName);
        Assert.Equal(
            (ActivityStatusCode.Error, (object?)"System.IO.IOException"),
            (byName["sharedmodels.load"].Status, byName["sharedmodels.load"].GetTagItem("error.type")));
        Assert.Equal(
            (ActivityStatusCode.Error, (object?)"SharedModels.ModelLoadException"),
            (byName["sharedmodels.acquire"].Status, byName["sharedmodels.acquire"].GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_canceled_request_is_not_a_failure()
    {
        using var recorder = new ActivityRecorder();
        await using var fixture = new ManagerFixture();
        var script = new FakeModelScript();
        script.Load.Close();
        fixture.Manager.Add(new FakeModel(10, script), recorder.Model);
        using var cancellation = new CancellationTokenSource();
        var request = fixture.Manager.FetchModelAsync<FakeModel>(recorder.Model, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        var wait = recorder.Activities.Single(static activity => activity.OperationName == "sharedmodels.acquire");
        Assert.Equal((ActivityStatusCode.Unset, null), (wait.Status, wait.GetTagItem("error.type")));
        script.Load.Open();
    }
}
