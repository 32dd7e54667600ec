namespace SharedModels.Configuration.Binding;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The maximum edit distance at which a name counts as a misspelling of another.</summary>
    public const int MaxDistance = 2;

    /// <summary>Returns the nearest name, or <see langword="null"/> if no name is near enough.</summary>
    public static string? Find(string text, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: Distance(text, name)))
        .Where(static pair => pair.Distance <= Math.Max(MaxDistance, pair.Name.Length / 3))
        .OrderBy(static pair => pair.Distance)
        .Select(static pair => pair.Name)
        .FirstOrDefault();

    /// <summary>Returns the number of letters to insert, delete or replace, ignoring case.</summary>
    public static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var isSame = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]);
                var distance = Math.Min(diagonal + (isSame ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1);
                diagonal = row[j];
                row[j] = distance;
            }
        }

        return row[^1];
    }
}
