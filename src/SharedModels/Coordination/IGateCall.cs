using SharedModels.Scheduling;

namespace SharedModels.Coordination;

/// <summary>A call to the scheduler through the gate. Implemented by structs, so that a call does not allocate or copy.</summary>
internal interface IGateCall
{
    /// <summary>Indicates whether the call accepts a time that is a few milliseconds late.</summary>
    bool IsCoarse { get; }

    /// <summary>Changes the scheduler's state. Runs under the lock and must not call user code.</summary>
    void Change(LeaseScheduler scheduler, long now);

    /// <summary>Does the remaining work of the call, before any user code runs.</summary>
    void Finish();
}
