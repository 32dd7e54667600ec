namespace SharedModels.Compute.Checkpoints;

/// <summary>The files that a model needs. Its weights always belong to them: one file, or an index with its parts.</summary>
/// <param name="Needs">For each need the alternatives, the preferred one first; an alternative is a set of files.</param>
/// <param name="Optional">Files that are read if there are any.</param>
internal sealed record CheckpointLayout(IReadOnlyList<string[][]> Needs, IReadOnlyList<string> Optional)
{
    /// <summary>Whether a folder holds all that is needed.</summary>
    public bool IsComplete(string folder)
    {
        return Needs.All(alternatives => alternatives.Any(files => files.All(Has))) && HasWeights(folder, Has);

        bool Has(string file) => CheckpointFile.Exists(Path.Combine(folder, file));
    }

    private static bool HasWeights(string folder, Func<string, bool> has)
    {
        if (has(CheckpointWeights.SingleFile))
            return true;
        try
        {
            return has(CheckpointWeights.IndexFile)
                && CheckpointWeights.ReadIndex(Path.Combine(folder, CheckpointWeights.IndexFile)).Values.Distinct().All(has);
        }
        catch (CheckpointException)
        {
            return false;
        }
    }
}
