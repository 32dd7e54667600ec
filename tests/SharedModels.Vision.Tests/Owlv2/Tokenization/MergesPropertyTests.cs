using SharedModels.Vision.Tokenization;

namespace SharedModels.Vision.Tests.Tokenization;

/// <summary>
/// Compares the queue of pairs with the definition: repeatedly merge the earliest listed pair at its leftmost position.
/// </summary>
public sealed class MergesPropertyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Any_list_of_merges_gives_what_its_definition_gives(int seed)
    {
        var random = new Random(seed);
        var (vocabulary, list) = RandomList(random, 40);
        File.WriteAllLines(_folder.File("merges.txt"), list.Select(pair => $"{pair.Left} {pair.Right}"));
        var merges = Merges.FromText(_folder.File("merges.txt"), vocabulary);
        var byId = vocabulary.ToDictionary(entry => entry.Value, entry => entry.Key);
        for (var i = 0; i < 300; i++)
        {
            var text = new string(random.GetItems<char>("abc", random.Next(30)));
            List<int> ids = [.. text.Select(c => vocabulary[c.ToString()])];
            merges.Apply(ids);
            var actual = ids.ConvertAll(id => byId[id]);
            Assert.Equal(Naive(text, list), actual);
            Assert.Equal(text, string.Concat(actual));
        }
    }

    [Fact]
    public void Merged_tokens_stay_merged()
    {
        var random = new Random(9);
        var (vocabulary, list) = RandomList(random, 20);
        File.WriteAllLines(_folder.File("merges.txt"), list.Select(pair => $"{pair.Left} {pair.Right}"));
        var merges = Merges.FromText(_folder.File("merges.txt"), vocabulary);
        for (var i = 0; i < 100; i++)
        {
            List<int> ids = [.. random.GetItems<char>("abc", 20).Select(c => vocabulary[c.ToString()])];
            merges.Apply(ids);
            var once = ids.ToArray();
            merges.Apply(ids);
            Assert.Equal(once, ids);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static (Dictionary<string, int> Vocabulary, List<(string Left, string Right)> List) RandomList(Random random, int count)
    {
        List<string> tokens = ["a", "b", "c"];
        var list = new List<(string Left, string Right)>();
        while (list.Count < count)
        {
            var (left, right) = (tokens[random.Next(tokens.Count)], tokens[random.Next(tokens.Count)]);
            if (left.Length + right.Length > 6 || list.Contains((left, right)))
                continue;
            list.Add((left, right));
            if (!tokens.Contains(left + right))
                tokens.Add(left + right);
        }

        return (tokens.Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id), list);
    }

    private static List<string> Naive(string text, List<(string Left, string Right)> list)
    {
        List<string> tokens = [.. text.Select(c => c.ToString())];
        while (true)
        {
            var best = (Rank: int.MaxValue, At: 0);
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                var rank = list.IndexOf((tokens[i], tokens[i + 1]));
                if (rank >= 0 && rank < best.Rank)
                    best = (rank, i);
            }

            if (best.Rank == int.MaxValue)
                return tokens;
            tokens[best.At] += tokens[best.At + 1];
            tokens.RemoveAt(best.At + 1);
        }
    }
}
