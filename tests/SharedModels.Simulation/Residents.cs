namespace SharedModels.Simulation;

/// <summary>The models on a simulated device.</summary>
internal sealed class Residents(Trace trace, SimulatedDevice device)
{
    private readonly Dictionary<int, long> _lastUses = [];
    private long _used;

    public bool Contains(int model) => _lastUses.ContainsKey(model);

    /// <summary>Moves a model to the device, evicting others if necessary, and returns the number of bytes that were moved to it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="position">The number of requests served before.</param>
    /// <param name="worth">
    /// Returns the worth of a model that was last used at a position. The least valuable model is evicted first.
    /// </param>
    /// <param name="evictsAll">True to evict all other models.</param>
    public long Bring(int model, int position, Func<int, long, long> worth, bool evictsAll = false)
    {
        var bytes = Contains(model) ? 0 : trace.ModelBytes[model];
        while (bytes > 0 && _lastUses.Count > 0 && (evictsAll || _used + bytes > device.BudgetBytes))
            Remove(_lastUses.MinBy(pair => worth(pair.Key, pair.Value)).Key);
        _used += bytes;
        _lastUses[model] = position;
        return bytes;
    }

    public void Remove(int model)
    {
        _lastUses.Remove(model);
        _used -= trace.ModelBytes[model];
    }

    public void Clear()
    {
        _lastUses.Clear();
        _used = 0;
    }
}
