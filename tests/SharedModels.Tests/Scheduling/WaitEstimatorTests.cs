using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Memory;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Tests.Scheduling;

/// <summary>The expected waits and positions, and the figures in rejections.</summary>
public sealed class WaitEstimatorTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly SchedulerParts _parts = new();
    private readonly WaitEstimator _estimator;

    public WaitEstimatorTests() => _estimator = new(_parts.State);

    private ScheduledDevice Accelerator => _parts.Accelerator;

    [Fact]
    public void A_free_model_on_its_device_needs_no_wait()
    {
        Accelerator.Holds.Add(8);
        Assert.Equal(Expect(0, 0, isResident: true), Estimate(_parts.AddResident("a")));
    }

    [Fact]
    public void A_model_arrives_after_its_remaining_steps()
    {
        var (onHost, unloaded, evicting) = (Measured("on host"), Measured("unloaded"), Measured("evicting"));
        unloaded.BeginUnload();
        unloaded.CompleteUnload();
        evicting.BeginEviction(EvictionReason.Request);
        Assert.Equal(Expect(10, 10), Estimate(onHost));
        Assert.Equal(Expect(10, 10), Estimate(evicting));
        Assert.Equal(Expect(40, 40), Estimate(unloaded));
        Assert.Equal(Expect(40, 40), Estimate(_parts.AddResident("resident"), unloaded, onHost));
    }

    [Fact]
    public void The_time_that_a_step_has_taken_is_not_expected_again()
    {
        var (loading, moving) = (Measured("loading"), Measured("moving"));
        loading.BeginUnload();
        loading.CompleteUnload();
        loading.BeginLoad(now: 100);
        moving.BeginMove(now: 100);

        Assert.Equal(Expect(15, 15), _estimator.Estimate([loading], priority: 1, now: 125));
        Assert.Equal(Expect(6, 6), _estimator.Estimate([moving], priority: 1, now: 104));
        Assert.Equal(Expect(0, 0), _estimator.Estimate([loading, moving], priority: 1, now: 200));
    }

    [Fact]
    public void On_the_CPU_a_model_arrives_with_its_load()
    {
        var model = _parts.Add(new ModelSettings("a") { Candidates = [_parts.Host] });
        model.AttachTo(_parts.Host);
        Measure(model);
        Assert.Equal(Expect(0, 0), Estimate(model));
        model.BeginUnload();
        model.CompleteUnload();
        Assert.Equal(Expect(30, 30), Estimate(model));
    }

    [Fact]
    public void A_model_on_a_lost_device_is_not_resident()
    {
        var model = _parts.AddResident("a");
        model.IsLost = true;
        Assert.False(Estimate(model).IsResident);
    }

    [Fact]
    public void A_wait_includes_the_turns_of_requests_of_at_least_the_same_priority()
    {
        var (a, b) = (_parts.AddResident("a"), _parts.AddResident("b"));
        Accelerator.Holds.Add(8);
        Wait(a, priority: 0);
        Wait(a, priority: 1);
        Wait(a, priority: 2);
        _parts.Wait(new TestRequest(b, new(), isPreload: true));
        _parts.Wait(new TestRequest(_parts.Queues.QueueFor([a, b]), new(), [new(a, new()), new(b, new())]));
        Assert.Equal(Expect(10, 0, isResident: true), Estimate(a, priority: 0));
        Assert.Equal(Expect(8, 0, isResident: true), Estimate(a));
        Assert.Equal(Expect(4, 0, isResident: true), Estimate(a, priority: 2));
    }

    [Fact]
    public void Without_a_free_slot_a_wait_takes_at_least_one_turn()
    {
        Accelerator.Holds.Add(8);
        for (var i = 0; i < Accelerator.MaxConcurrentHolders; i++)
            _parts.Hold(_parts.AddResident($"m{i}"));
        Assert.Equal(Expect(2, 0, isResident: true), Estimate(_parts.AddResident("a")));
    }

    [Fact]
    public void A_request_that_cannot_be_accepted_would_be_rejected()
    {
        var (removed, large, failed) = (_parts.AddResident("removed"), _parts.AddModel("large"), _parts.AddResident("failed"));
        removed.IsRemoved = true;
        large.Estimate(new(95, 95, 6));
        failed.BackOff(Failure.Of(new IOException()), now: 0, _parts.State.Policy);
        Assert.False(Estimate(failed).WouldBeRejected);
        failed.Rejection = new(RejectionReason.LoadFailed);
        Assert.True(Estimate(removed).WouldBeRejected);
        Assert.True(Estimate(large).WouldBeRejected);
        Assert.True(Estimate(failed).WouldBeRejected);
        Assert.False(_estimator.Estimate([failed], priority: 1, failed.RetryAt).WouldBeRejected);
        Assert.True(Estimate(_parts.Add(new ModelSettings("nowhere") { Candidates = [] })).WouldBeRejected);
        large.Estimate(new(95, 95, 5));
        Assert.False(Estimate(large).WouldBeRejected);
        Assert.True(Estimate(large, removed).WouldBeRejected);
    }

    [Fact]
    public void A_full_queue_would_reject_a_request()
    {
        var model = _parts.AddResident("a");
        Accelerator.QueueLength = Accelerator.MaxQueueLength - 1;
        Assert.False(Estimate(model).WouldBeRejected);
        Accelerator.QueueLength++;
        Assert.True(Estimate(model).WouldBeRejected);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_scheduler_that_shuts_down_would_reject_a_request(bool isShuttingDown, bool isDraining)
    {
        (_parts.State.IsShuttingDown, _parts.State.IsDraining) = (isShuttingDown, isDraining);
        Assert.Equal(isShuttingDown || isDraining, Estimate(_parts.AddResident("a")).WouldBeRejected);
    }

    [Fact]
    public void A_model_without_a_device_is_expected_on_the_available_one_with_the_shortest_queue_or_its_fallback()
    {
        var other = new ScheduledDevice(new Device("fake", 1), 100, 4, 100);
        _parts.State.Add(other);
        Accelerator.Holds.Add(4);
        other.Holds.Add(40);
        _parts.Host.Holds.Add(800);
        foreach (var device in (ScheduledDevice[])[Accelerator, other, _parts.Host])
            Queue(device);
        var model = _parts.Add(new ModelSettings("a") { Candidates = [other, Accelerator], Fallback = _parts.Host });
        other.QueueLength++;
        Assert.Equal(Expect(2, 0), Estimate(model));
        Lose(Accelerator, now: 0);
        Assert.Equal(Expect(20, 0), Estimate(model));
        Lose(other, now: 0);
        Assert.Equal(Expect(200, 0), Estimate(model));

        void Queue(ScheduledDevice device)
        {
            var wanted = _parts.Add(new ModelSettings($"on {device.Device}") { Candidates = [device] });
            wanted.AttachTo(device);
            _parts.Wait(wanted, new());
        }
    }

    [Fact]
    public void The_position_depends_on_priority_after_aging_and_then_on_age()
    {
        var (a, b) = (_parts.AddModel("a"), _parts.AddModel("b"));
        var (low, normal, high, later) = (Wait(a, priority: 0), Wait(b, priority: 1), Wait(a, priority: 2), Wait(b, priority: 1));
        later.EnqueuedAt = 1;
        _parts.Wait(new TestRequest(b, new(), isPreload: true));
        Assert.Equal([4, 2, 1, 3], Positions(now: 0));
        Assert.Equal([3, 1, 2, 4], Positions(now: _parts.State.Policy.PriorityAging));
        _parts.Queues.Dequeue(high);
        Assert.Equal([3, 1, null, 2], Positions(now: 0));

        IEnumerable<int?> Positions(long now) =>
            ((TestRequest[])[low, normal, high, later]).Select(request => _estimator.PositionOf(request, now));
    }

    [Fact]
    public void A_rejection_contains_the_state_of_the_device_and_the_retry_time()
    {
        Accelerator.Holds.Add(8 * Second);
        _parts.Hold(_parts.AddResident("held"));
        Wait(_parts.AddResident("a"), priority: 1);
        var missing = Measured("missing", scale: Second);
        Assert.Equal(4 * Second, RetryAfter(_parts.State.Policy));
        Wait(missing, priority: 1);
        Assert.Equal(16 * Second, RetryAfter(_parts.State.Policy));
        Assert.Equal(3 * Second, RetryAfter(new() { MaxRetryAfter = 3 * Second }));
        var rejection = _estimator.Describe(RejectionReason.TimedOut, Accelerator, now: 5);
        Assert.Equal((RejectionReason.TimedOut, Accelerator.Device, 2), (rejection.Reason, rejection.Device, rejection.QueueLength));
        Assert.Equal(["held"], rejection.HeldModels);
        Assert.Equal(TimeSpan.FromTicks(5), rejection.HeldFor);
    }

    [Fact]
    public void The_retry_time_is_at_least_a_second()
    {
        Assert.Equal(Second, RetryAfter(_parts.State.Policy));
        Assert.Equal(5, RetryAfter(new() { MaxRetryAfter = 5 }));
    }

    [Theory]
    [InlineData(50, RejectionReason.DoesNotFitNow, 40, 30 * Second)]
    [InlineData(51, RejectionReason.NeverFits, 50, null)]
    public void A_model_that_does_not_fit_may_fit_when_the_budget_grows(long needed, object reason, long budgetBytes, long? retryAfter)
    {
        var budget = new MemoryBudget(new Device("fake"), 100, [], []);
        budget.Configure(40, largestBytes: 50);
        var rejection = WaitEstimator.DescribeLackOfRoom(budget, needed, new());
        Assert.Equal(
            (reason, needed, budgetBytes, retryAfter),
            (rejection.Reason, rejection.RequiredBytes, rejection.BudgetBytes, rejection.RetryAfter?.Ticks));
        Assert.Equal(budget.Device, rejection.Device);
        Assert.Equal(
            retryAfter is null ? null : 7,
            WaitEstimator.DescribeLackOfRoom(budget, needed, new() { MaxRetryAfter = 7 }).RetryAfter?.Ticks);
    }

    [Fact]
    public void A_rejection_reports_the_loss_of_the_model_s_device_or_of_the_first_device_to_be_probed()
    {
        var other = new ScheduledDevice(new Device("fake", 1), 100, 4, 100);
        _parts.State.Add(other);
        var model = _parts.Add(new ModelSettings("a") { Candidates = [Accelerator, other] });
        Lose(Accelerator, now: 4);
        Lose(other, now: 2);
        var rejection = WaitEstimator.DescribeLoss(model, now: 5);
        Assert.Equal((other.Device, other.Failure, Second - 3), (rejection.Device, rejection.Cause, rejection.RetryAfter?.Ticks));
        Assert.Equal(TimeSpan.Zero, WaitEstimator.DescribeLoss(model, now: 2 * Second).RetryAfter);
        model.AttachTo(Accelerator);
        Assert.Equal(Accelerator.Device, WaitEstimator.DescribeLoss(model, now: 5).Device);
        Accelerator.ReturnToService();
        Assert.Equal(other.Device, WaitEstimator.DescribeLoss(model, now: 5).Device);
    }

    [Fact]
    public void The_minimum_wait_is_the_time_left_until_the_model_arrives()
    {
        var model = Measured("a");
        var request = new TestRequest(model, new());
        Assert.Equal(10, _estimator.LeastWait(request, now: 40));
        var forgotten = model.MeasuredAt + _parts.State.Policy.PopularityHalfLife;
        Assert.Equal((10, 0), (_estimator.LeastWait(request, forgotten - 1), _estimator.LeastWait(request, forgotten)));
        model.BeginMove(now: 100);
        Assert.Equal((6, 0), (_estimator.LeastWait(request, now: 104), _estimator.LeastWait(request, now: 120)));
    }

    [Fact]
    public void The_minimum_wait_counts_the_turns_of_the_queue_that_are_not_lower()
    {
        var (single, shared) = (_parts.AddResident("single"), Shared());
        Accelerator.Holds.Add(12);
        foreach (var model in (TestModel[])[single, shared])
        {
            Wait(model, priority: 0);
            Wait(model, priority: 1);
            Wait(model, priority: 2);
        }

        Assert.Equal((24, 12), (LeastWait(single, priority: 1), LeastWait(shared, priority: 1)));
        Assert.Equal((12, 18), (LeastWait(single, priority: 2), LeastWait(shared, priority: 0)));

        long LeastWait(TestModel model, int priority) =>
            _estimator.LeastWait(new TestRequest(model, new()) { Priority = priority }, now: 0);

        TestModel Shared()
        {
            var model = _parts.AddResident("shared");
            model.Settings = model.Settings with { MaxLeases = 2 };
            return model;
        }
    }

    private static ModelWaitEstimate Expect(long wait, long arrival, bool isResident = false) =>
        new(TimeSpan.FromTicks(wait), TimeSpan.FromTicks(arrival), isResident, WouldBeRejected: false);

    private ModelWaitEstimate Estimate(TestModel model, int priority) => _estimator.Estimate([model], priority, now: 0);

    private ModelWaitEstimate Estimate(params TestModel[] models) => _estimator.Estimate(models, priority: 1, now: 0);

    private long RetryAfter(SchedulingPolicy policy)
    {
        _parts.State.Policy = policy;
        return _estimator.Describe(RejectionReason.QueueFull, Accelerator, now: 0).RetryAfter!.Value.Ticks;
    }

    private void Lose(ScheduledDevice device, long now) =>
        device.PutOutOfService(Failure.Of(new IOException()), now, _parts.State.Policy);

    private TestRequest Wait(TestModel model, int priority) => _parts.Wait(new TestRequest(model, new()) { Priority = priority });

    /// <summary>Returns a model in host memory whose load took 30 and whose move took 10.</summary>
    private TestModel Measured(string id, long scale = 1)
    {
        var model = _parts.AddModel(id);
        Measure(model, scale);
        return model;
    }

    private static void Measure(TestModel model, long scale = 1)
    {
        model.BeginLoad(now: 0);
        model.CompleteLoad(model.ActualFootprint, isMutable: false, madeFor: null, now: 30 * scale);
        model.BeginMove(now: 30 * scale);
        model.MeasureMove(now: 40 * scale);
        model.ReturnToHost();
    }
}
