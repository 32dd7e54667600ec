using System.Diagnostics.Metrics;
using SharedModels.Configuration;
using SharedModels.Testing;

namespace SharedModels.Tests.Coordination;

/// <summary>Listeners and models can block or take locks. None of their code runs under the lock of the manager.</summary>
[Collection(nameof(ProcessListeners))]
public sealed class UserCodeOutsideTheLockTests
{
    [Fact]
    public async Task A_MeterListener_with_a_lock_of_its_own_does_not_deadlock_the_manager()
    {
        // A typical collector: one lock around its dictionary, in the callbacks and around the reading of observable instruments.
        var sync = new Lock();
        var recording = new ManualResetEventSlim();
        using var listener = new MeterListener { InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "SharedModels")
                listener.EnableMeasurementEvents(instrument);
        } };
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) =>
        {
            if (instrument.Name == "sharedmodels.lease.hold.duration")
                recording.Set();
            lock (sync)
            {
            }
        });
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            lock (sync)
            {
            }
        });
        listener.Start();
        var manager = new SharedModelManager(null, [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(10), "a");
        var lease = await manager.FetchModelAsync<FakeModel>("a");
        Task release;
        using var reads = new ManualResetEventSlim();
        var export = Task.Run(() =>
        {
            lock (sync)
            {
                reads.Set();
                recording.Wait();
                listener.RecordObservableInstruments();
            }
        });
        reads.Wait();
        release = Task.Run(lease.Dispose);
        var ended = await Condition.EndsAsync(Task.WhenAll(export, release));
        var answers = await Condition.EndsAsync(Task.Run(manager.GetSnapshot), TimeSpan.FromSeconds(2));
        Assert.True(
            ended,
            "Deadlock: lease.Dispose() holds the manager's lock and waits in the listener's callback for the listener's lock; the export "
            + $"holds that and waits for the manager's. Liveness answers: {answers}.");
    }

    [Fact]
    public async Task A_slow_MeterListener_does_not_stop_other_threads()
    {
        using var slow = new ManualResetEventSlim();
        using var recording = new ManualResetEventSlim();
        using var listener = new MeterListener { InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "sharedmodels.lease.hold.duration")
                listener.EnableMeasurementEvents(instrument);
        } };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            recording.Set();
            slow.Wait();
        });
        listener.Start();
        var manager = new SharedModelManager(null, [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(10), "a");
        var lease = await manager.FetchModelAsync<FakeModel>("a");
        var release = Task.Run(lease.Dispose);
        recording.Wait();
        var answers = await Condition.EndsAsync(Task.Run(manager.GetSnapshot), TimeSpan.FromSeconds(3));
        slow.Set();
        await release;
        Assert.True(answers, "GetSnapshot(), and so liveness, waits for a listener's callback that runs under the manager's lock.");
    }

    [Fact]
    public async Task A_MeterListener_that_blocks_does_not_keep_the_manager_from_stopping()
    {
        using var blocked = new ManualResetEventSlim();
        using var listener = Listen("sharedmodels.lease.requests", blocked);
        var manager = new SharedModelManager(null, [new FakeAccelerator(100)]);
        var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        manager.Add("a", _ => new ScriptedModel
        {
            OnLoad = async token =>
            {
                await using var registration = token.Register(canceled.SetResult);
                await Task.Delay(Timeout.Infinite, token);
            },
        });
        var fetch = Task.Run(async () => await manager.FetchModelAsync<ScriptedModel>());
        await Condition.UntilAsync(() => manager.GetSnapshot().Models[0].Residency == ModelResidency.Loading);

        // The rejection of the request is reported to the listener.
        await Task.Run(() => manager.ShutdownAsync(new CancellationToken(canceled: true))).WaitAsync(TestBound.Wait);
        await canceled.Task.WaitAsync(TestBound.Wait);
        blocked.Set();
        await Assert.ThrowsAsync<ManagerShuttingDownException>(() => fetch);
    }

    [Fact]
    public async Task A_MeterListener_that_blocks_does_not_keep_later_changes_of_the_options_from_being_applied()
    {
        using var blocked = new ManualResetEventSlim();
        await using var manager = new SharedModelManager(null, [new FakeAccelerator(100)]);
        manager.Add(new FakeModel(60), "a");
        manager.Add(new FakeModel(30), "b");
        await using var scope = manager.CreateScope();
        await scope.CreateLease<FakeModel>("a").AcquireAsync();
        var waiting = Task.Run(async () => await manager.FetchModelAsync<FakeModel>("b"));
        await Condition.UntilAsync(() => manager.GetSnapshot().Devices[0].QueueLength == 1);
        using var listener = Listen("sharedmodels.lease.requests", blocked);

        // The second holder is granted, which is reported to the listener.
        var blocking = Task.Run(() => manager.Configure(WithHolders(2)));
        using var granted = await waiting.WaitAsync(TestBound.Wait);
        await Task.Run(() => manager.Configure(WithHolders(3))).WaitAsync(TestBound.Wait);
        Assert.Equal(3, manager.GetSnapshot().Devices[0].MaxConcurrentHolders);
        blocked.Set();
        await blocking.WaitAsync(TestBound.Wait);
    }

    [Fact]
    public async Task A_model_whose_IsMutable_throws_is_a_failed_load()
    {
        var fixture = new ApplicationFixture();
        fixture.Add("bad", static _ =>
            new ScriptedModel { OnIsMutable = static () => throw new InvalidOperationException("The module is not loaded yet.") });
        fixture.Add("good");
        var fetch = fixture.Manager.FetchModelAsync("bad", CancellationToken.None).AsTask();
        var ended = await Condition.EndsAsync(fetch);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await Condition.EndsAsync(fetch);
        fixture.Time.Advance(TimeSpan.FromHours(1));
        var after = fixture["bad"].Residency;
        var ready = await fixture.CheckReadinessAsync();
        var second = await Record.ExceptionAsync(async () =>
        {
            var again = fixture.Manager.FetchModelAsync("bad", CancellationToken.None).AsTask();
            await Condition.EndsAsync(again, TimeSpan.FromSeconds(1));
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
            await again;
        });
        // The disposal waits for the model for LoadTimeout.
        await fixture.Time.AdvanceUntilAsync(fixture.DisposeAsync().AsTask(), TimeSpan.FromMinutes(1));
        Assert.True(
            ended,
            $"The wait ended only with {fetch.Exception?.InnerException?.GetType().Name}; an hour later the model is {after}, readiness "
            + $"{ready.Status}, and the next request gets {second?.GetType().Name}.");
    }

    [Fact]
    public async Task A_model_whose_IsMutable_waits_blocks_only_itself()
    {
        await using var fixture = new ApplicationFixture();
        using var blocked = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        fixture.Add("slow", _ => new ScriptedModel { OnIsMutable = () =>
        {
            asked.Set();
            blocked.Wait();
            return false;
        } });
        fixture.Add("good");
        await fixture.UseAsync("good");
        var fetch = fixture.Manager.FetchModelAsync("slow", CancellationToken.None).AsTask();
        asked.Wait();
        var other = Task.Run(() => fixture.UseAsync("good"));
        var goesOn = await Condition.EndsAsync(other, TimeSpan.FromSeconds(3));
        blocked.Set();
        await other;
        (await fetch).Dispose();
        Assert.True(goesOn, "Every other model waits, as the getter is called under the manager's lock.");
    }

    /// <summary>Listens to a counter, and blocks in the first callback until the event is set.</summary>
    private static MeterListener Listen(string counter, ManualResetEventSlim blocked)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == counter)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => blocked.Wait(TestBound.Wait));
        listener.Start();
        return listener;
    }

    private static SharedModelsOptions WithHolders(int count)
    {
        var options = new SharedModelsOptions();
        options.Devices["fake:0"] = new() { MaxConcurrentHolders = count };
        return options;
    }
}
