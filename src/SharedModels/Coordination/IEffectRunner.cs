using SharedModels.Scheduling.Decisions;

namespace SharedModels.Coordination;

/// <summary>Runs the scheduler's effects.</summary>
internal interface IEffectRunner
{
    /// <summary>
    /// Called under the gate's lock, for changes that the next thread must see when it enters. Must not run user code.
    /// </summary>
    void Prepare(in SchedulerEffect effect, long now);

    /// <summary>Runs an effect outside the lock. Must not run user code on this thread.</summary>
    void Run(in SchedulerEffect effect);

    /// <summary>Reports an effect to loggers and listeners, which can throw or block. Called after all effects have run.</summary>
    void Report(in SchedulerEffect effect);

    /// <summary>Called under the gate's lock when all effects of an event are prepared.</summary>
    void Settle(Scheduling.LeaseScheduler scheduler);
}
