using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>The holder of all leases of one scope. It does not refer to them, so that they can be found when they are dropped.</summary>
internal sealed class ScopeHolder : LeaseHolder
{
    private volatile bool _isEnded;

    /// <summary>Whether the scope was disposed: its leases cannot be acquired again.</summary>
    public bool IsEnded => _isEnded;

    public void End() => _isEnded = true;
}
