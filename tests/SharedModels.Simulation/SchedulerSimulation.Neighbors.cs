using SharedModels.Scheduling;
using SharedModels.Scheduling.Lifecycle;
using SharedModels.Scheduling.Placement;

namespace SharedModels.Simulation;

/// <content>The memory that other processes take of the device, and the budget that follows them.</content>
public sealed partial class SchedulerSimulation
{
    private const int ChangesPerReading = 5;

    private readonly SimulatedNeighbors? _neighbors;
    private long _ours;
    private long _taken;

    private void PlanNeighbors(int changes = 1)
    {
        if (_neighbors is null || _log.IsComplete)
            return;
        _events.At(_events.Now + _neighbors.Interval / ChangesPerReading, () =>
        {
            _taken = Math.Min(_neighbors.WantedBytes(_events.Now), _bus.BudgetBytes - _ours);
            if (changes % ChangesPerReading == 0)
                ReadNeighbors(_neighbors);
            PlanNeighbors(changes + 1);
        });
    }

    private void ReadNeighbors(SimulatedNeighbors neighbors)
    {
        var inUse = _scheduler.Models
            .Where(static model => model.Users > 0 || model.Residency is ModelResidency.Moving or ModelResidency.Evicting)
            .Sum(static model => ((Model)model).Bytes);
        if (neighbors.Follow(_bus.BudgetBytes - neighbors.ReserveBytes - _taken, inUse, _events.Now) is not { } budget)
            return;
        _log.ChangeBudget(budget);
        _device.Configure(budget, _device.MaxConcurrentHolders, _device.MaxQueueLength, _bus.BudgetBytes);
        _scheduler.Reconfigure(_scheduler.Policy, Now);
    }

    private void Take(long bytes)
    {
        if (_ours + _taken + bytes > _bus.BudgetBytes)
            _log.RunOutOfMemory();
        _ours += bytes;
    }
}
