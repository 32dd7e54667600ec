using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SharedModels.Generators.Tests.Style;

/// <summary>A line of text that people read, and the number of its line in the file.</summary>
internal sealed partial record Prose(int Line, string Text)
{
    /// <summary>Finds the prose of a file, by the kind of file.</summary>
    public static IEnumerable<Prose> Of(string path, string text) => Path.GetExtension(path) switch
    {
        ".cs" => OfCode(text, hasMessages: !path.StartsWith("tests/", StringComparison.Ordinal)),
        ".md" => OfMarkdown(text),
        ".sh" => OfLines(text, ShellProse()),
        ".js" => OfLines(text, ScriptProse()),
        _ => Lines(text),
    };

    /// <summary>Comments, the names of tests and, where they are messages of the product, string literals.</summary>
    private static IEnumerable<Prose> OfCode(string text, bool hasMessages)
    {
        var root = CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot();
        var comments = root.DescendantTrivia()
            .Where(static trivia => !trivia.IsKind(SyntaxKind.DisabledTextTrivia) && trivia.ToFullString().Contains('/'))
            .SelectMany(static trivia => Lines(trivia.ToFullString(), LineOf(trivia.GetLocation())))
            .Select(static line => line with { Text = line.Text.TrimStart(' ', '/', '*') });
        var names = root.DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(static method => method.Identifier.Text.Contains('_'))
            .Select(static method => new Prose(LineOf(method.Identifier.GetLocation()), method.Identifier.Text.Replace('_', ' ')));
        var messages = root.DescendantTokens()
            .Where(token => hasMessages
                && token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
                && token.ValueText.Contains(' '))
            .Select(static token => new Prose(LineOf(token.GetLocation()), token.ValueText));
        return comments.Concat(names).Concat(messages);
    }

    private static IEnumerable<Prose> OfMarkdown(string text)
    {
        var isCode = false;
        foreach (var line in Lines(text))
        {
            if (line.Text.TrimStart().StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            else if (!isCode)
                yield return line with { Text = InlineCode().Replace(line.Text, "`code`") };
        }
    }

    private static IEnumerable<Prose> OfLines(string text, Regex prose) => Lines(text)
        .SelectMany(line => prose.Matches(line.Text).Select(match => line with { Text = match.Value }));

    private static IEnumerable<Prose> Lines(string text, int first = 1) =>
        text.Split('\n').Select((line, i) => new Prose(first + i, line.TrimEnd('\r')));

    private static int LineOf(Location location) => location.GetLineSpan().StartLinePosition.Line + 1;

    [GeneratedRegex("`[^`]*`", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex InlineCode();

    [GeneratedRegex("""(?<=^\s*#\s).*|"[^"]* [^"]*"|'[^']* [^']*'""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ShellProse();

    [GeneratedRegex("""(?<=(^|\s)//\s).*|(?<=^\s*/?\*+\s).*|"[^"]* [^"]*"|`[^`]* [^`]*`""", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex ScriptProse();
}
