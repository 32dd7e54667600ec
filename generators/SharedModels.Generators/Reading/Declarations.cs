using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SharedModels.Generators.Reading;

/// <summary>Tells edits inside of methods, which no other file can see, from those that change what is declared.</summary>
internal static class Declarations
{
    /// <summary>Whether all files declare the same.</summary>
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

    /// <summary>What <c>#nullable</c> and its like say; to the compiler's comparison they are mere comments.</summary>
    private static IEnumerable<string> Directives(SyntaxTree tree)
    {
        var root = tree.GetRoot();
        return root.ContainsDirectives
            ? root.DescendantTrivia().Where(static trivia => trivia.IsDirective).Select(static trivia => trivia.ToString())
            : [];
    }
}
