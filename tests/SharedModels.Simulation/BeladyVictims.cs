namespace SharedModels.Simulation;

/// <summary>Finds the next use of each model in a given order of service.</summary>
internal sealed class BeladyVictims
{
    private readonly List<int>[] _uses;

    public BeladyVictims(Trace trace, IReadOnlyList<int> order)
    {
        _uses = [.. trace.ModelBytes.Select(static _ => new List<int>())];
        for (var i = 0; i < order.Count; i++)
            _uses[trace.Requests[order[i]].Model].Add(i);
    }

    /// <summary>Returns the worth of a model. The model whose next use is furthest in the future is worth the least.</summary>
    public long Worth(int model, int position)
    {
        var index = _uses[model].BinarySearch(position + 1);
        index = index < 0 ? ~index : index;
        return index < _uses[model].Count ? -_uses[model][index] : long.MinValue;
    }
}
