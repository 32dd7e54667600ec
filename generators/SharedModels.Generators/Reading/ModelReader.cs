using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>
/// Reads the models of a compilation and caches the models of the last one. <c>ForAttributeWithMetadataName</c> queries the compiler for
/// all models again at each keystroke, because an edit in one file can change the meaning of another. With 1,000 models that takes
/// hundreds of milliseconds. Most keystrokes are inside a method and do not affect other files. The compiler is not queried for these.
/// </summary>
internal sealed class ModelReader
{
    private Memory? _last;

    public CompilationModels Read(Compilation compilation, CancellationToken cancellationToken)
    {
        var now = (CSharpCompilation)compilation;
        var before = Volatile.Read(ref _last);
        var memory = before is not null && before.IsOf(now)
            ? ReadEdited(before, now, cancellationToken)
            : ReadAll(now, ReferencedModels.Read(now, cancellationToken), cancellationToken);
        Volatile.Write(ref _last, memory);
        return memory.Models;
    }

    private static Memory ReadEdited(Memory before, CSharpCompilation now, CancellationToken cancellationToken) =>
        before.Options.Equals(now.Options) && Declarations.AreSame(before.Trees, now.SyntaxTrees)
            ? before with { Trees = now.SyntaxTrees }
            : ReadAll(now, before.Models.Libraries, cancellationToken);

    private static Memory ReadAll(CSharpCompilation now, Libraries libraries, CancellationToken cancellationToken)
    {
        var trees = now.SyntaxTrees;
        var aliases = trees.SelectMany(static tree => AttributedNodes.AliasesOf((CompilationUnitSyntax)tree.GetRoot())).ToList();
        var names = new AttributeNames(
            AttributedNodes.NamesOf(KnownNames.SharedModelAttribute, aliases),
            AttributedNodes.NamesOf(KnownNames.ExcludeSharedModelsAttribute, aliases));
        var files = ImmutableArray.CreateBuilder<FileModels>(trees.Length);
        foreach (var tree in trees)
            files.Add(ReadFile(now, tree, names, cancellationToken));
        var models = new CompilationModels(
            Order(trees.Zip(files, static (tree, file) => (tree.FilePath, file.Models))), Excluded(now, files), libraries);
        return new(now.AssemblyName, now.Options, now.ExternalReferences, trees, models);
    }

    private static FileModels ReadFile(
        CSharpCompilation compilation, SyntaxTree tree, AttributeNames names, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var unit = (CompilationUnitSyntax)tree.GetRoot(cancellationToken);
        var classes = AttributedNodes.ClassesWith(names.OfModels, unit).ToList();
        var excludes = AttributedNodes.HasFor(names.OfExclusions, unit);
        if (classes.Count == 0)
            return excludes ? FileModels.Excluding : FileModels.None;
        var semantics = compilation.GetSemanticModel(tree);
        var models = classes
            .Select(node => semantics.GetDeclaredSymbol(node, cancellationToken))
            .OfType<INamedTypeSymbol>()
            .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)
            .Where(static type => type.Has(KnownNames.SharedModelAttribute))
            .Select(static type => SharedModelGenerator.Parse(type).Model)
            .OfType<ModelClass>();
        return new([.. models], excludes);
    }

    /// <summary>
    /// Returns each class once, even if several of its parts have attributes. The order does not depend on the order of the files.
    /// </summary>
    private static EquatableArray<ModelClass> Order(IEnumerable<(string Path, ImmutableArray<ModelClass> Models)> files) => new(files
        .Where(static file => !file.Models.IsEmpty)
        .OrderBy(static file => file.Path, StringComparer.Ordinal)
        .SelectMany(static file => file.Models)
        .GroupBy(static model => model.TypeName)
        .Select(static group => group.First())
        .OrderBy(static model => model.TypeName, StringComparer.Ordinal));

    private static EquatableArray<string> Excluded(Compilation compilation, IEnumerable<FileModels> files) =>
        files.Any(static file => file.HasExclusions)
            ? new(ReferencedModels.Excluded(compilation).Select(static library => library.Name).OrderBy(
                static name => name, StringComparer.Ordinal))
            : default;

    private sealed record AttributeNames(HashSet<string> OfModels, HashSet<string> OfExclusions);

    /// <summary>The parts of the last compilation that show whether the next one differs. It does not keep symbols alive.</summary>
    private sealed record Memory(
        string? Name,
        CSharpCompilationOptions Options,
        ImmutableArray<MetadataReference> References,
        ImmutableArray<SyntaxTree> Trees,
        CompilationModels Models)
    {
        public bool IsOf(CSharpCompilation compilation) => Name == compilation.AssemblyName && HasReferencesOf(compilation);

        private bool HasReferencesOf(CSharpCompilation compilation) =>
            References == compilation.ExternalReferences || References.SequenceEqual(compilation.ExternalReferences);
    }
}
