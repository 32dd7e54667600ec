using SharedModels.Registration;
using SharedModels.Scheduling.Queueing;

namespace SharedModels.Leasing;

/// <summary>The holder of all leases of a scope. It does not refer to them, so that dropped leases can be detected.</summary>
internal sealed class ScopeHolder : LeaseHolder
{
    private volatile bool _isEnded;
    private Dictionary<Canary, bool>? _trials;

    /// <summary>Indicates whether the scope has been disposed. Its leases can then no longer be acquired.</summary>
    public bool IsEnded => _isEnded;

    public void End() => _isEnded = true;

    /// <summary>
    /// Returns whether the requests of the scope go to the new version in a trial, in which they take part from now on. Called under the
    /// gate's lock.
    /// </summary>
    public bool TakesNext(Canary canary, Func<bool> choose)
    {
        if (_trials?.TryGetValue(canary, out var isNext) is true)
            return isNext;

        // A scope can live longer than many trials.
        foreach (var (ended, _) in _trials ??= [])
        {
            if (ended.Ended.IsCompleted)
                _trials.Remove(ended);
        }

        return _trials[canary] = choose();
    }
}
