using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using SharedModels.Coordination;
using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Tests.Coordination;

public sealed class SchedulerGateTests
{
    /// <summary>A thread can be paused for longer than the time of the deadline before it sets the timer.</summary>
    [Fact]
    public async Task A_deadline_that_passes_before_the_timer_is_set_is_met_immediately()
    {
        var time = new FakeTimeProvider();
        var runner = new Recorder();
        await using var gate = new SchedulerGate(new SchedulingPolicy(), new SchedulerClock(time), _ => runner, static _ => { });
        var device = new ScheduledDevice(new Device("fake"), 100, 1, 100);
        gate.Enter((device, time), static (scheduler, now, call) =>
        {
            scheduler.Add(call.device);
            scheduler.LoseDevice(call.device, Failure.Of(new DeviceLostException()), now);
            call.time.Advance(TimeSpan.FromSeconds(10));
        });
        await Condition.UntilAsync(() => runner.Ran.Contains(SchedulerEffectKind.Probe));
    }

    private sealed class Recorder : IEffectRunner
    {
        public ConcurrentQueue<SchedulerEffectKind> Ran { get; } = [];

        public void Prepare(in SchedulerEffect effect, long now)
        {
        }

        public void Run(in SchedulerEffect effect) => Ran.Enqueue(effect.Kind);

        public void Report(in SchedulerEffect effect)
        {
        }

        public void Settle(LeaseScheduler scheduler)
        {
        }
    }
}
