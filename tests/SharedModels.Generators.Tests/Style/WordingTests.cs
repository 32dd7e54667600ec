namespace SharedModels.Generators.Tests.Style;

/// <summary>Plain, idiomatic English: prose is free of the habits that <c>eng/prose/habits.tsv</c> lists.</summary>
public sealed class WordingTests
{
    [Theory]
    [InlineData("src")]
    [InlineData("generators")]
    [InlineData("samples")]
    [InlineData("tests")]
    [InlineData("eng")]
    [InlineData(".github")]
    public void A_folder_is_free_of_habits(string folder) =>
        Assert.Empty(RepositoryFiles.List(folder, ".cs", ".md", ".html", ".js", ".sh", ".yml").SelectMany(FindHabits));

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("SECURITY.md")]
    public void A_document_is_free_of_habits(string file) => Assert.Empty(FindHabits(file));

    [Fact]
    public void Each_habit_is_found_in_its_example() =>
        Assert.All(Habit.All, static habit => Assert.Matches(habit.Pattern, habit.Example));

    [Theory]
    [InlineData("src/a.cs", "// Kept for ever.\n")]
    [InlineData("src/a.cs", "/// <summary>\n/// Kept for ever.\n/// </summary>\nclass A;\n")]
    [InlineData("src/a.cs", "class A { string a = \"It is kept for ever.\"; }")]
    [InlineData("src/a.cs", "class A { string a = $\"{this} is kept for ever.\"; }")]
    [InlineData("tests/a.cs", "class A { void It_is_kept_for_ever() { } }")]
    [InlineData("a.md", "Kept `x` for ever.")]
    [InlineData("a.html", "<p>Kept for ever.</p>")]
    [InlineData("a.js", "say(\"It is kept for ever.\");")]
    [InlineData("a.js", "/** It is kept for ever. */")]
    [InlineData("a.sh", "echo \"It is kept for ever.\"")]
    [InlineData("a.sh", "# It is kept for ever.")]
    public void Prose_is_found_wherever_it_is(string file, string text) =>
        Assert.Single(Prose.Of(file, text).SelectMany(prose => Habit.FindIn(file, prose)));

    [Theory]
    [InlineData("src/a.cs", "class A { int forEver; string a = \"for-ever\"; }")]
    [InlineData("tests/a.cs", "class A { string a = \"It is kept for ever.\"; }")]
    [InlineData("a.md", "Kept `for ever`.\n```\nfor ever\n```\n")]
    public void Code_and_test_data_are_not_prose(string file, string text) =>
        Assert.Empty(Prose.Of(file, text).SelectMany(prose => Habit.FindIn(file, prose)));

    private static IEnumerable<string> FindHabits(string file) =>
        Prose.Of(file, RepositoryFiles.Read(file)).SelectMany(prose => Habit.FindIn(file, prose));
}
