using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>
/// Reads the models of a compilation, and remembers what the last one had. <c>ForAttributeWithMetadataName</c> asks the compiler for every model
/// again at each keystroke, as an edit in one file can change what another one means: with 1,000 models that takes hundreds of milliseconds. Most
/// keystrokes are inside of a method, though, and change nothing but places below them; then the compiler is asked for nothing.
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

    private static Memory ReadEdited(Memory before, CSharpCompilation now, CancellationToken cancellationToken)
    {
        if (!before.Options.Equals(now.Options) || Declarations.Edited(before.Trees, now.SyntaxTrees) is not { } edited)
            return ReadAll(now, before.Models.Libraries, cancellationToken);
        var withModels = edited.Where(file => !before.Files[file].IsEmpty).ToList();
        if (withModels.Count == 0)
            return before with { Trees = now.SyntaxTrees };
        var files = before.Files.ToBuilder();
        foreach (var file in withModels)
        {
            // Other files know places in this one.
            if (files[file].IsPartial)
                return ReadAll(now, before.Models.Libraries, cancellationToken);
            files[file] = MovedModels.Move(files[file], before.Trees[file], now.SyntaxTrees[file]);
        }

        return Remember(now, files.ToImmutable(), before.Names, before.Models.Libraries);
    }

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
        return Remember(now, files.MoveToImmutable(), names, libraries);
    }

    private static FileModels ReadFile(CSharpCompilation compilation, SyntaxTree tree, AttributeNames names, CancellationToken cancellationToken)
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
            .Select(SharedModelGenerator.Parse);
        return new([.. models], excludes, classes.Exists(static node => node.Modifiers.Any(SyntaxKind.PartialKeyword)));
    }

    private static Memory Remember(CSharpCompilation now, ImmutableArray<FileModels> files, AttributeNames names, Libraries libraries)
    {
        var excluded = files.Any(static file => file.HasExclusions)
            ? now.Assembly.GetAttributes().Where(static attribute => attribute.Is(KnownNames.ExcludeSharedModelsAttribute)).Select(SharedModelGenerator.Exclude).OfType<ExcludedLibrary>()
            : [];

        // By their paths, as an order of files that changes shall change nothing else.
        var parsed = files
            .Select((file, i) => (file.Models, Tree: now.SyntaxTrees[i]))
            .Where(static file => !file.Models.IsEmpty)
            .OrderBy(static file => file.Tree.FilePath, StringComparer.Ordinal)
            .SelectMany(static file => file.Models);
        var models = new CompilationModels(
            new(parsed),
            new(excluded.OrderBy(static library => library.Name, StringComparer.Ordinal)),
            libraries);
        return new(now.AssemblyName, now.Options, now.ExternalReferences, now.SyntaxTrees, files, names, models);
    }

    private sealed record AttributeNames(HashSet<string> OfModels, HashSet<string> OfExclusions);

    /// <summary>The last compilation, as far as it says whether the next one differs: its files, but no symbol.</summary>
    private sealed record Memory(
        string? Name,
        CSharpCompilationOptions Options,
        ImmutableArray<MetadataReference> References,
        ImmutableArray<SyntaxTree> Trees,
        ImmutableArray<FileModels> Files,
        AttributeNames Names,
        CompilationModels Models)
    {
        public bool IsOf(CSharpCompilation compilation) => Name == compilation.AssemblyName && HasReferencesOf(compilation);

        private bool HasReferencesOf(CSharpCompilation compilation) =>
            References == compilation.ExternalReferences || References.SequenceEqual(compilation.ExternalReferences);
    }
}
