using System.Diagnostics.CodeAnalysis;
using SharedModels.Coordination;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>A scheduler with devices and models. The test decides when work ends, and controls the time.</summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "The gate's timer is one of the world's, which needs no disposal.")]
internal sealed class SchedulerWorld : IEffectRunner
{
    private readonly List<SchedulerEffect> _work = [];
    private readonly List<Exception> _failures = [];
    private readonly WorldTime _time = new();
    private readonly SchedulerGate _gate;
    private readonly int _maxQueueLength;
    private int _grants;

    public SchedulerWorld(
        long budget = 100,
        int slots = 1,
        int maxQueueLength = 100,
        Device? device = null,
        int maxBypass = 16,
        Func<SchedulingPolicy, SchedulingPolicy>? change = null)
    {
        var policy = new SchedulingPolicy { MaxBypass = maxBypass, MaxBypassUnderLoad = maxBypass, MaxHold = 300 };
        Policy = change?.Invoke(policy) ?? policy;
        _gate = new(Policy, new(_time), _ => this, _failures.Add);
        Scheduler = _gate.Read(this, static (scheduler, _, _) => scheduler);
        _maxQueueLength = maxQueueLength;
        Device = AddDevice(device ?? new Device("fake"), budget, slots);
    }

    public SchedulingPolicy Policy { get; }

    /// <summary>The scheduler, to be read. Changes go through <see cref="Tell"/>, and so through the same gate as in production.</summary>
    public LeaseScheduler Scheduler { get; }

    public ScheduledDevice Device { get; }

    public long Now
    {
        get => _time.Now;
        set => _time.Now = value;
    }

    /// <summary>Loads, moves, probes and other work that waits for <see cref="Finish(SchedulerEffect, Exception?)"/>.</summary>
    public IReadOnlyList<SchedulerEffect> Work => _work;

    /// <summary>Receives every decision.</summary>
    public Action<SchedulerEffect>? OnEffect { get; set; }

    /// <summary>Models that went to the CPU for lack of an accelerator, in order.</summary>
    public List<ScheduledModel> FallenBack { get; } = [];

    public ScheduledDevice AddDevice(Device device, long budget, int slots = 1)
    {
        var scheduled = new ScheduledDevice(device, budget, slots, _maxQueueLength);
        Scheduler.Add(scheduled);
        return scheduled;
    }

    public TestModel AddModel(string id, long bytes = 10, int maxLeases = 1, long keepAlive = long.MaxValue, bool canReload = true) =>
        AddModel(
            new ModelFootprint(bytes, bytes),
            new ModelSettings(id) { Candidates = [Device], MaxLeases = maxLeases, KeepAlive = keepAlive, CanReload = canReload });

    public TestModel AddModel(ModelFootprint footprint, ModelSettings settings, bool isMutable = false, bool isPlaced = false)
    {
        var model = new TestModel(settings, footprint) { IsActuallyMutable = isMutable, IsPlaced = isPlaced };
        Scheduler.Add(model, Now);
        return model;
    }

    /// <summary>Adds a replica of a model, which may share the model's host memory.</summary>
    public TestModel AddReplica(TestModel model, bool sharesHostCopy = false)
    {
        var replica = new TestModel(
            model.Settings with { IsPreloaded = false, SharesHostCopy = sharesHostCopy },
            sharesHostCopy ? model.ActualFootprint with { HostBytes = 0 } : model.ActualFootprint)
        {
            IsActuallyMutable = model.IsActuallyMutable,
            IsPlaced = model.IsPlaced,
            IsEstimatedFirst = true,
        };
        Scheduler.AddReplica(model, replica);
        return replica;
    }

    /// <summary>Adds a model that is already on the device.</summary>
    public TestModel AddResident(string id, long bytes = 10, int maxLeases = 1, long keepAlive = long.MaxValue, bool canReload = true) =>
        Bring(AddModel(id, bytes, maxLeases, keepAlive, canReload));

    public TestModel Bring(TestModel model)
    {
        Acquire(model, isPreload: true);
        FinishAll();
        Assert.Equal(ModelResidency.OnDevice, model.Residency);
        return model;
    }

    public TestRequest Acquire(
        TestModel model, LeaseHolder? holder = null, long timeout = long.MaxValue, bool isPreload = false, int priority = 1)
    {
        var request = new TestRequest(model, holder ?? new(), isPreload) { Priority = priority };
        Acquire(request, timeout);
        return request;
    }

    public TestRequest AcquireAll(params TestModel[] models) => AcquireAll(new LeaseHolder(), models);

    public TestRequest AcquireAll(LeaseHolder holder, params TestModel[] models)
    {
        var request = Group(holder, models);
        Acquire(request);
        return request;
    }

    public TestRequest Group(LeaseHolder holder, params TestModel[] models)
    {
        var members = Array.ConvertAll(models, model => new TestRequest(model, holder));
        var line = Scheduler.QueueFor(
            models.Distinct().OrderBy(static model => model.Id, StringComparer.Ordinal).ToArray<ScheduledModel>());
        return new TestRequest(line, holder, members);
    }

    public void Acquire(TestRequest request, long timeout = long.MaxValue, bool hasDeadline = false) => Tell(() =>
    {
        if (!Scheduler.TryAcquire(request, Now, timeout, hasDeadline))
            return;
        request.GrantNumber = ++_grants;
        OnEffect?.Invoke(new(SchedulerEffectKind.Grant, request.ScheduledModel, request));
    });

    public void Release(TestRequest request)
    {
        foreach (var lease in request.Leases)
            Tell(() => Scheduler.Release(lease, Now));
    }

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
        _time.FireIfDue();
    }

    public void Lose(ScheduledDevice device) => Tell(() => Scheduler.LoseDevice(device, Failure.Of(new DeviceLostException("lost")), Now));

    public void Tell(Action tell)
    {
        _gate.Enter(tell, static (_, _, tell) => tell());
        if (_failures is [var failure, ..])
            throw new InvalidOperationException("An effect failed.", failure);
        Assert.True(_time.TimerIsDueAt <= Ticks.After(Scheduler.NextDeadline, TimeSpan.TicksPerMillisecond), "The timer fires too late.");
    }

    public bool IsUnderWay(SchedulerEffectKind kind, ScheduledModel model) =>
        _work.Exists(work => work.Kind == kind && work.Model == model);

    /// <summary>Ends a step, successfully or with a failure.</summary>
    public void Finish(SchedulerEffect work, Exception? failure = null)
    {
        Assert.True(_work.Remove(work));
        Tell(() => Report(work, failure));
    }

    public void Finish(SchedulerEffectKind kind, ScheduledModel? model = null, Exception? failure = null) =>
        Finish(_work.Find(work => work.Kind == kind && (model is null || work.Model == model)), failure);

    public void FinishAll()
    {
        for (var steps = 0; _work.Count > 0; steps++)
        {
            Assert.True(steps < 1_000, "Models evict each other endlessly.");
            Finish(_work[0]);
        }
    }

    void IEffectRunner.Prepare(in SchedulerEffect effect, long now)
    {
    }

    void IEffectRunner.Settle(LeaseScheduler scheduler)
    {
    }

    void IEffectRunner.Report(in SchedulerEffect effect)
    {
    }

    void IEffectRunner.Run(in SchedulerEffect effect)
    {
        OnEffect?.Invoke(effect);
        var request = effect.Request as TestRequest;
        if (effect.Request is not null && request is null)
            return;
        switch (effect.Kind)
        {
            case SchedulerEffectKind.Grant:
                request!.GrantNumber = ++_grants;
                break;
            case SchedulerEffectKind.Reject:
                Assert.Null(request!.Rejection);
                request.Rejection = effect.Rejection;
                break;
            case SchedulerEffectKind.Overdue:
                Assert.True(request!.IsHeld);
                break;
            case SchedulerEffectKind.Lose:
                Assert.True(request!.IsHeld);
                request.IsLost = true;
                break;
            case SchedulerEffectKind.ReportLoss:
                Assert.True(effect.Device!.IsLost);
                break;
            case SchedulerEffectKind.FallBack:
                FallenBack.Add(effect.Model!);
                break;
            default:
                _work.Add(effect);
                break;
        }
    }

    private void Report(SchedulerEffect work, Exception? failure)
    {
        var result = ((TestModel?)work.Model)?.Complete(work, succeeds: failure is null) ?? new StepResult(work);
        Scheduler.Complete(
            result with
            {
                Failure = failure is null ? null : Failure.Of(failure),
                FailureKind = failure switch
                {
                    null => StepFailure.None,
                    DeviceLostException => StepFailure.DeviceLost,
                    DeviceOutOfMemoryException => StepFailure.OutOfMemory,
                    _ => StepFailure.Model,
                },
            },
            Now);
    }

    /// <summary>A clock that shows the world's time, with one timer.</summary>
    private sealed class WorldTime : TimeProvider, ITimer
    {
        private Action? _fire;

        public long Now { get; set; }

        public long TimerIsDueAt { get; private set; } = long.MaxValue;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            return this;
        }

        public void FireIfDue()
        {
            if (TimerIsDueAt > Now)
                return;
            TimerIsDueAt = long.MaxValue;
            _fire!();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            TimerIsDueAt = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : Now + dueTime.Ticks;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
