using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Tokenization;

/// <summary>The merges of a tokenizer, as ids: which two tokens become which third, and how early.</summary>
internal sealed class Merges
{
    private const int Gone = -1;

    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _pairs = [];

    private Merges(IEnumerable<(string Left, string Right, int Place)> rules, Dictionary<string, int> vocabulary, Func<int, string> where)
    {
        foreach (var (left, right, place) in rules)
        {
            _pairs.TryAdd((IdOf(left, place), IdOf(right, place)), (_pairs.Count, IdOf(left + right, place)));
        }

        int IdOf(string token, int place) => vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new CheckpointException(
                $"{where(place)} calls for the token '{token}', which the vocabulary lacks. Use the files of one checkpoint.");
    }

    /// <summary>Reads a merges.txt: a pair in each line, after a comment with the version.</summary>
    /// <exception cref="CheckpointException">The file is missing or wrong.</exception>
    public static Merges FromText(string path, Dictionary<string, int> vocabulary)
    {
        using var lines = new StreamReader(new MemoryStream(CheckpointFile.ReadAllBytes(path)));
        return new(Read(), vocabulary, number => $"Line {number} of '{path}'");

        IEnumerable<(string Left, string Right, int Number)> Read()
        {
            for (var number = 1; lines.ReadLine() is { } line; number++)
            {
                if (line.Length == 0 || (number == 1 && line.StartsWith("#version", StringComparison.Ordinal)))
                    continue;
                if (line.Split(' ') is not [var left, var right])
                    throw new CheckpointException(
                        $"Line {number} of '{path}' is '{line}', not two tokens with a blank between them. Copy the file as it was "
                        + "published.");
                yield return (left, right, number);
            }
        }
    }

    /// <summary>Reads the merges of a tokenizer.json: a list of texts with a blank, or of lists of two texts.</summary>
    /// <exception cref="CheckpointException">The list is wrong.</exception>
    public static Merges FromJson(CheckpointValue? json, Dictionary<string, int> vocabulary)
    {
        var rules = json?.AsList() ?? [];
        return new(rules.Select(Read), vocabulary, place => $"{rules[place].Name} in '{rules[place].Path}'");

        static (string Left, string Right, int Place) Read(CheckpointValue rule, int place)
        {
            var pair = rule.IsList ? [.. rule.AsList().Select(static token => token.AsText())] : rule.AsText().Split(' ');
            return pair is [var left, var right] ? (left, right, place) : throw rule.Wrong("two tokens");
        }
    }

    /// <summary>Merges neighbours, the earliest pair of the list first, until no two neighbours are listed.</summary>
    /// <remarks>With a queue of pairs, so that a text of a million letters without a blank takes no longer than one with blanks.</remarks>
    public void Apply(List<int> ids, CancellationToken cancellationToken = default)
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
            cancellationToken.ThrowIfCancellationRequested();
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
