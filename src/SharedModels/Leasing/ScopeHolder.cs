using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>The holder of all leases of a scope. It does not refer to them, so that dropped leases can be detected.</summary>
internal sealed class ScopeHolder : LeaseHolder
{
    private volatile bool _isEnded;
    private Dictionary<Canary, bool>? _trials;

    /// <summary>
    /// The trials in which requests of the scope take part, and whether they go to the new version. Used under the gate's lock.
    /// </summary>
    public Dictionary<Canary, bool> Trials => _trials ??= [];

    /// <summary>Indicates whether the scope has been disposed. Its leases can then no longer be acquired.</summary>
    public bool IsEnded => _isEnded;

    public void End() => _isEnded = true;
}
