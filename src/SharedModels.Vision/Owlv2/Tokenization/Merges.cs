using SharedModels.Compute.Checkpoints;

namespace SharedModels.Vision.Tokenization;

/// <summary>The merges of a tokenizer, as ids: two tokens, the token that replaces them, and the rank.</summary>
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
                $"{where(place)} uses the token '{token}', which is not in the vocabulary. Use the files of the same checkpoint.");
    }

    /// <summary>Reads a merges.txt: one pair per line, after a comment with the version.</summary>
    /// <exception cref="CheckpointException">The file is missing or invalid.</exception>
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
                        $"Line {number} of '{path}' is '{line}', not two tokens separated by a space. Use the file as it was "
                        + "published.");
                yield return (left, right, number);
            }
        }
    }

    /// <summary>Reads the merges of a tokenizer.json: a list of strings with a space, or of lists of two strings.</summary>
    /// <exception cref="CheckpointException">The list is invalid.</exception>
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

    /// <summary>Merges adjacent tokens, starting with the pair of the lowest rank, until no adjacent pair is in the list.</summary>
    /// <remarks>
    /// A queue of pairs ensures that a text of a million letters without a space takes no longer than a text with spaces.
    /// </remarks>
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
            // Either token may have been merged with another one in the meantime.
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
