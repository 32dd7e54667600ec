using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SharedModels.Generators.Reading;

/// <summary>Distinguishes edits that change declarations from edits inside methods, which do not affect other files.</summary>
internal static class Declarations
{
    /// <summary>Indicates whether all files have the same declarations.</summary>
    public static bool AreSame(ImmutableArray<SyntaxTree> before, ImmutableArray<SyntaxTree> now)
    {
        if (before.Length != now.Length)
            return false;
        for (var i = 0; i < now.Length; i++)
        {
            if (!ReferenceEquals(before[i], now[i]) && !AreSame(before[i], now[i]))
                return false;
        }

        return true;
    }

    private static bool AreSame(SyntaxTree before, SyntaxTree now) =>
        before.FilePath == now.FilePath
        && before.Options.Equals(now.Options)
        && SyntaxFactory.AreEquivalent(before, now, topLevel: true)
        && Directives(before).SequenceEqual(Directives(now), StringComparer.Ordinal);

    /// <summary>Returns directives such as <c>#nullable</c>, which the compiler's comparison ignores.</summary>
    private static IEnumerable<string> Directives(SyntaxTree tree)
    {
        var root = tree.GetRoot();
        return root.ContainsDirectives
            ? root.DescendantTrivia().Where(static trivia => trivia.IsDirective).Select(static trivia => trivia.ToString())
            : [];
    }
}
