namespace SharedModels.Simulation;

/// <summary>Counts the loads and moves of a run, and determines which of them fail.</summary>
internal sealed class BringAttempts(Trace trace)
{
    private readonly int[] _loads = new int[trace.ModelBytes.Count];
    private readonly int[] _moves = new int[trace.ModelBytes.Count];
    private readonly bool[] _isOnHost = new bool[trace.ModelBytes.Count];

    public bool NextLoadFails(int model) => trace.Faults.LoadFails(model, _loads[model]++);

    public bool NextMoveFails(int model) => trace.Faults.MoveFails(model, _moves[model]++);

    /// <summary>
    /// Loads the model if it was never loaded or if the last move failed. For policies that do not distinguish between loads and moves.
    /// </summary>
    public bool TryLoad(int model) => _isOnHost[model] = _isOnHost[model] || !NextLoadFails(model);

    /// <summary>Returns true if the move succeeds. Otherwise the model must be loaded again.</summary>
    public bool TryMove(int model) => _isOnHost[model] = !NextMoveFails(model);
}
