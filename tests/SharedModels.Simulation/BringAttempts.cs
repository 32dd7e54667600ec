namespace SharedModels.Simulation;

/// <summary>Counts the loads and moves of one run, and tells which of them fail.</summary>
internal sealed class BringAttempts(Trace trace)
{
    private readonly int[] _loads = new int[trace.ModelBytes.Count];
    private readonly int[] _moves = new int[trace.ModelBytes.Count];
    private readonly bool[] _isOnHost = new bool[trace.ModelBytes.Count];

    public bool NextLoadFails(int model) => trace.Faults.LoadFails(model, _loads[model]++);

    public bool NextMoveFails(int model) => trace.Faults.MoveFails(model, _moves[model]++);

    /// <summary>
    /// For policies that do not tell loads from moves: loads the model if it was never loaded, or if the last move failed.
    /// </summary>
    public bool TryLoad(int model) => _isOnHost[model] = _isOnHost[model] || !NextLoadFails(model);

    /// <summary>Tells whether the move went well; if not, the model is loaded anew.</summary>
    public bool TryMove(int model) => _isOnHost[model] = !NextMoveFails(model);
}
