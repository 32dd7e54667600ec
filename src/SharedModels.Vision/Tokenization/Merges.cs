using SharedModels.Vision.Checkpoints;

namespace SharedModels.Vision.Tokenization;

/// <summary>merges.txt, as ids: which two tokens become which third, and how early.</summary>
internal sealed class Merges
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _pairs = [];

    public Merges(string path, Dictionary<string, int> vocabulary)
    {
        if (!File.Exists(path))
            throw new CheckpointException(
                $"The checkpoint folder '{Path.GetDirectoryName(path)}' holds no merges.txt. Copy the whole folder as it was "
                + "published.");
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
                continue;
            var parts = line.Split(' ');
            if (parts.Length != 2)
                throw new CheckpointException(
                    $"Line {number} of '{path}' is '{line}', not two tokens with a blank between them. Copy the file as it was "
                    + "published.");
            _pairs.TryAdd((IdOf(parts[0]), IdOf(parts[1])), (_pairs.Count, IdOf(parts[0] + parts[1])));
        }

        int IdOf(string token) => vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new CheckpointException(
                $"Line {number} of '{path}' calls for the token '{token}', which vocab.json lacks. Use the files of one checkpoint.");
    }

    /// <summary>Merges neighbours, the earliest pair of the list first, until no two neighbours are listed.</summary>
    public void Apply(List<int> ids)
    {
        while (ids.Count > 1)
        {
            var best = (Rank: int.MaxValue, Id: 0);
            var pair = (Left: 0, Right: 0);
            for (var i = 0; i + 1 < ids.Count; i++)
            {
                if (_pairs.TryGetValue((ids[i], ids[i + 1]), out var merge) && merge.Rank < best.Rank)
                {
                    best = merge;
                    pair = (ids[i], ids[i + 1]);
                }
            }

            if (best.Rank == int.MaxValue)
                return;
            Replace(ids, pair, best.Id);
        }
    }

    private static void Replace(List<int> ids, (int Left, int Right) pair, int merged)
    {
        var kept = 0;
        for (var i = 0; i < ids.Count; i++, kept++)
        {
            var fits = i + 1 < ids.Count && ids[i] == pair.Left && ids[i + 1] == pair.Right;
            ids[kept] = fits ? merged : ids[i];
            i += fits ? 1 : 0;
        }

        ids.RemoveRange(kept, ids.Count - kept);
    }
}
