namespace SharedModels.Compute.Checkpoints;

/// <summary>The files that a model needs. They always include its weights: one file, or an index and its parts.</summary>
/// <param name="Needs">The alternatives for each need, the preferred one first. An alternative is a set of files.</param>
/// <param name="Optional">Files that are read if they exist.</param>
internal sealed record CheckpointLayout(IReadOnlyList<string[][]> Needs, IReadOnlyList<string> Optional)
{
    /// <summary>Returns <see langword="true"/> if a folder contains all required files.</summary>
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
