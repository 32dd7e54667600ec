using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SharedModels.Generators.Reading;

/// <summary>
/// Compiles only the files on which some models depend. A compiler that is asked about one class first merges the declarations of all
/// files, which takes longer than everything else if there are thousands.
/// </summary>
internal static class PartialCompilation
{
    /// <summary>
    /// Returns a compilation that gives the declarations of some files the same meaning as the complete compilation does.
    /// </summary>
    /// <param name="compilation">The complete compilation.</param>
    /// <param name="files">The contents of its files.</param>
    /// <param name="wanted">The indexes of the files.</param>
    public static CSharpCompilation Of(CSharpCompilation compilation, IReadOnlyList<FileModels> files, HashSet<int> wanted)
    {
        var trees = compilation.SyntaxTrees;
        var needed = ModelDependencies.Find(trees, files, i => wanted.Contains(i) || files[i].IsGlobal);
        return compilation
            .RemoveAllSyntaxTrees()
            .AddSyntaxTrees(trees.Where((_, i) => needed.Contains(files[i])))
            .AddSyntaxTrees(Namespaces(files, (CSharpParseOptions)trees[0].Options));
    }

    /// <summary>Declares the namespaces of all files, because a name can stand for a namespace without types.</summary>
    private static SyntaxTree Namespaces(IReadOnlyList<FileModels> files, CSharpParseOptions options)
    {
        var names = new HashSet<string>(files.SelectMany(static file => file.Declarations.NamespacePaths), StringComparer.Ordinal);
        return CSharpSyntaxTree.ParseText(string.Concat(names.Select(static name => $"namespace {name} {{ }}\n")), options);
    }
}
