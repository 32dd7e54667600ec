using SharedModels.Scheduling;
using SharedModels.Scheduling.Decisions;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Simulation;

/// <content>The loss of the device, until the scheduler has detected that the device works again.</content>
public sealed partial class SchedulerSimulation
{
    private static readonly Failure Loss = Failure.Of(new IOException("The trace makes the device fail."));

    private bool _isLost;
    private int _loss;
    private long _wakesAt = long.MaxValue;

    private void PlanLoss()
    {
        if (!_outages.MoveNext())
            return;
        var outage = _outages.Current;
        _events.At(outage.Start, Lose);
        _events.At(outage.End, () =>
        {
            _isLost = false;
            PlanLoss();
        });
    }

    /// <summary>Ends the running moves together with the device.</summary>
    private void Lose()
    {
        _isLost = true;
        _loss++;
        _busFreeAt = _events.Now;
        var moving = _scheduler.Models.Where(static model => model.Residency == ModelResidency.Moving).ToList();
        _scheduler.LoseDevice(_device, Loss, Now);
        foreach (var model in moving)
            _scheduler.Complete(new StepResult(SchedulerEffectKind.Move, model, _device, _device.Generation)
            {
                Failure = Loss,
                FailureKind = StepFailure.DeviceLost,
            }, Now);
    }

    private void BreakOff(Request request)
    {
        request.IsBrokenOff = true;
        _log.Lose();
        _events.At(_events.Now, () => End(request));
    }

    private void Probe() => _scheduler.Complete(
        new StepResult(SchedulerEffectKind.Probe, null, _device, _device.Generation) { Failure = _isLost ? Loss : null }, Now);

    /// <summary>Schedules the scheduler's next deadline, so that a probe is not missed.</summary>
    private void PlanWake()
    {
        if (_scheduler.NextDeadline >= _wakesAt)
            return;
        _wakesAt = _scheduler.NextDeadline;
        _events.At(TimeSpan.FromTicks(_wakesAt), () =>
        {
            _wakesAt = long.MaxValue;
            _scheduler.Advance(Now);
        });
    }
}
