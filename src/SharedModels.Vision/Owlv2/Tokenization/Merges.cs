using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Tokenization;

/// <summary>merges.txt, as ids: which two tokens become which third, and how early.</summary>
internal sealed class Merges
{
    private const int Gone = -1;

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
    /// <remarks>With a queue of pairs, so that a text of a million letters without a blank takes no longer than one with blanks.</remarks>
    public void Apply(List<int> ids)
    {
        if (ids.Count < 2)
            return;
        var count = ids.Count;
        var (previous, next) = (new int[count], new int[count]);
        var queue = new PriorityQueue<(int Left, int Right, int Merged), (int Rank, int At)>(count);
        for (var i = 0; i < count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            Enqueue(i);
        }

        while (queue.TryDequeue(out var pair, out var priority))
        {
            var at = priority.At;
            var right = next[at];
            // Either may have been merged with another neighbour meanwhile.
            if (right == count || ids[at] != pair.Left || ids[right] != pair.Right)
                continue;
            (ids[at], ids[right]) = (pair.Merged, Gone);
            next[at] = next[right];
            if (next[at] < count)
                previous[next[at]] = at;
            Enqueue(at);
            if (previous[at] >= 0)
                Enqueue(previous[at]);
        }

        ids.RemoveAll(id => id == Gone);

        void Enqueue(int at)
        {
            if (next[at] < count && _pairs.TryGetValue((ids[at], ids[next[at]]), out var merge))
                queue.Enqueue((ids[at], ids[next[at]], merge.Id), (merge.Rank, at));
        }
    }
}
