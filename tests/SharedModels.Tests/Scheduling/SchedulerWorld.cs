using SharedModels.Scheduling;

namespace SharedModels.Tests.Scheduling;

/// <summary>A scheduler with devices and models, whose work is done when the test says so, at the time that the test says it is.</summary>
internal sealed class SchedulerWorld
{
    private readonly List<SchedulerEffect> _work = [];
    private int _grants;

    public SchedulerWorld(long budget = 100, int slots = 1, int maxQueueLength = 100, Device? device = null, int maxBypass = 16)
    {
        Scheduler = new(new SchedulingPolicy { MaxBypass = maxBypass, MaxBypassUnderLoad = maxBypass, MaxHold = 300 });
        Device = new(device ?? new Device("fake"), budget, slots, maxQueueLength);
        Scheduler.Add(Device);
    }

    public LeaseScheduler Scheduler { get; }

    public ScheduledDevice Device { get; }

    public long Now { get; set; }

    /// <summary>Loads, moves and so on that wait for <see cref="Finish"/>.</summary>
    public IReadOnlyList<SchedulerEffect> Work => _work;

    public TestModel AddModel(string id, long bytes = 10, int maxLeases = 1, long keepAlive = long.MaxValue, bool canReload = true)
    {
        var settings = new ModelSettings(id) { Candidates = [Device], MaxLeases = maxLeases, KeepAlive = keepAlive, CanReload = canReload };
        var model = new TestModel(settings, bytes);
        Scheduler.Add(model);
        return model;
    }

    /// <summary>A model that is on the device already.</summary>
    public TestModel AddResident(string id, long bytes = 10, int maxLeases = 1, long keepAlive = long.MaxValue, bool canReload = true)
    {
        var model = AddModel(id, bytes, maxLeases, keepAlive, canReload);
        Acquire(model, isPreload: true);
        FinishAll();
        Assert.Equal(ModelResidency.OnDevice, model.Residency);
        return model;
    }

    public TestRequest Acquire(TestModel model, LeaseHolder? holder = null, long timeout = long.MaxValue, bool isPreload = false, int priority = 1)
    {
        var request = new TestRequest(model, holder ?? new(), isPreload) { Priority = priority };
        Acquire(request, timeout);
        return request;
    }

    public void Acquire(TestRequest request, long timeout = long.MaxValue)
    {
        if (Scheduler.TryAcquire(request, Now, timeout))
            request.GrantNumber = ++_grants;
        TakeEffects();
    }

    public void Release(TestRequest request) => Tell(() => Scheduler.Release(request, Now));

    public bool Cancel(TestRequest request)
    {
        var result = false;
        Tell(() => result = Scheduler.TryCancel(request, Now));
        return result;
    }

    public void Advance(long time)
    {
        Now += time;
        Tell(() => Scheduler.Advance(Now));
    }

    public void Tell(Action tell)
    {
        tell();
        TakeEffects();
    }

    public bool IsUnderWay(SchedulerEffectKind kind, ScheduledModel model) => _work.Exists(work => work.Kind == kind && work.Model == model);

    /// <summary>Ends a piece of work, well or with a failure.</summary>
    public void Finish(SchedulerEffect work, Exception? failure = null)
    {
        Assert.True(_work.Remove(work));
        Tell(() => Report(work, failure));
    }

    public void Finish(SchedulerEffectKind kind, ScheduledModel model, Exception? failure = null) =>
        Finish(_work.Find(work => work.Kind == kind && work.Model == model), failure);

    public void FinishAll()
    {
        for (var steps = 0; _work.Count > 0; steps++)
        {
            Assert.True(steps < 1_000, "Models drive each other out without end.");
            Finish(_work[0]);
        }
    }

    private void Report(SchedulerEffect work, Exception? failure)
    {
        switch (work.Kind)
        {
            case SchedulerEffectKind.Load when failure is null:
                Scheduler.Loaded(work.Model, ((TestModel)work.Model).ActualFootprint, Now);
                break;
            case SchedulerEffectKind.Load:
                Scheduler.LoadFailed(work.Model, failure!, Now);
                break;
            case SchedulerEffectKind.Unload:
                Scheduler.Unloaded(work.Model, Now);
                break;
            case var _ when failure is not null:
                Scheduler.MoveFailed(work.Model, failure, Now);
                break;
            case SchedulerEffectKind.Move:
                Scheduler.Moved(work.Model, Now);
                break;
            default:
                Scheduler.Evicted(work.Model, Now);
                break;
        }
    }

    private void TakeEffects()
    {
        foreach (var effect in Scheduler.TakeEffects())
        {
            var request = (TestRequest?)effect.Request;
            if (effect.Kind == SchedulerEffectKind.Grant)
                request!.GrantNumber = ++_grants;
            else if (effect.Kind == SchedulerEffectKind.Refuse)
                request!.Refusal = effect.Refusal;
            else if (effect.Kind == SchedulerEffectKind.Overdue)
                Assert.True(request!.IsHeld);
            else
                _work.Add(effect);
        }
    }
}
