using System.Text.RegularExpressions;

namespace SharedModels.Generators.Tests.Style;

/// <summary>A habit of wording to drop: a line of <c>eng/prose/habits.tsv</c>.</summary>
internal sealed record Habit(Regex Pattern, string Example, string Advice)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static IReadOnlyList<Habit> All { get; } =
    [
        .. RepositoryFiles.Read("eng/prose/habits.tsv").Split('\n')
            .Where(static line => line.Length > 0 && !line.StartsWith('#'))
            .Select(static line => line.Split('\t'))
            .Select(static cells => new Habit(new(cells[0], RegexOptions.CultureInvariant, Timeout), cells[1], cells[2])),
    ];

    /// <summary>Lists the habits in a sentence, as messages.</summary>
    public static IEnumerable<string> FindIn(string file, Prose prose) => All
        .Where(habit => habit.Pattern.IsMatch(prose.Text))
        .Select(habit => $"{file}:{prose.Line}: \"{prose.Text.Trim()}\": write {habit.Advice}");
}
