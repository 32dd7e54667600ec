using SharedModels.Scheduling;

namespace SharedModels.Coordination;

/// <summary>A call of the scheduler through the gate. Implemented by structs, so that a call costs no memory and no copies.</summary>
internal interface IGateCall
{
    /// <summary>Whether a time that is some milliseconds late is good enough.</summary>
    bool IsCoarse { get; }

    /// <summary>Changes the scheduler's state; runs under the lock, and so calls nothing of the user's.</summary>
    void Change(LeaseScheduler scheduler, long now);

    /// <summary>What else is to be done before anything of the user's runs.</summary>
    void Finish();
}
