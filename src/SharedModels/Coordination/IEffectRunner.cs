using SharedModels.Scheduling.Decisions;

namespace SharedModels.Coordination;

/// <summary>Carries out what the scheduler decides.</summary>
internal interface IEffectRunner
{
    /// <summary>Called under the gate's lock, for what has to be known before the next thread enters; runs no user code.</summary>
    void Prepare(in SchedulerEffect effect, long now);

    /// <summary>Carries an effect out, outside the lock; runs no user code on this thread.</summary>
    void Run(in SchedulerEffect effect);

    /// <summary>Reports an effect to loggers and listeners, which may throw or block, after everything has been carried out.</summary>
    void Report(in SchedulerEffect effect);

    /// <summary>Called under the gate's lock when all effects of an event are prepared.</summary>
    void Settle(Scheduling.LeaseScheduler scheduler);
}
