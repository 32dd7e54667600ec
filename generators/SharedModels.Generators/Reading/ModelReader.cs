using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>
/// Reads the models of a compilation and caches the models of the last one. <c>ForAttributeWithMetadataName</c> queries the compiler for
/// all models again at each keystroke, because an edit in one file can change the meaning of another. With 1,000 models that takes
/// hundreds of milliseconds. Most keystrokes are inside a method and do not affect other files. The compiler is not queried for these. If
/// an edit changes declarations, the compiler is queried for the models that use a name that the edited file declares.
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
        if (!before.Options.Equals(now.Options))
            return ReadAll(now, before.Models.Libraries, cancellationToken);
        return Declarations.AreSame(before.Trees, now.SyntaxTrees)
            ? before with { Trees = now.SyntaxTrees }
            : ReadChanged(before, now, cancellationToken) ?? ReadAll(now, before.Models.Libraries, cancellationToken);
    }

    private static Memory ReadAll(CSharpCompilation now, Libraries libraries, CancellationToken cancellationToken)
    {
        var trees = now.SyntaxTrees;
        var aliases = trees.SelectMany(static tree => AttributedNodes.AliasesOf((CompilationUnitSyntax)tree.GetRoot())).ToList();
        var names = AttributeNames.Of(aliases);
        var files = ImmutableArray.CreateBuilder<FileModels>(trees.Length);
        foreach (var tree in trees)
            files.Add(ReadFile(now, tree, names, known: null, cancellationToken));
        var contents = files.MoveToImmutable();
        var models = new CompilationModels(Order(trees, contents), Excluded(now, contents), libraries);
        return new(
            now.AssemblyName,
            now.Options,
            now.ExternalReferences,
            names,
            trees,
            contents,
            ModelDependencies.Find(trees, contents),
            models);
    }

    /// <summary>
    /// Reads the changed files, and the models whose declarations use a name that a changed file declares. Returns
    /// <see langword="null"/> if the change can affect every file.
    /// </summary>
    private static Memory? ReadChanged(Memory before, CSharpCompilation now, CancellationToken cancellationToken)
    {
        var trees = now.SyntaxTrees;
        var changes = FileChanges.Between(before.Trees, before.Files, trees);
        var files = new FileModels[trees.Length];
        var changed = new List<FileModels>(changes.Removed);
        var versions = new List<FileModels>(changes.Removed);
        for (var i = 0; i < trees.Length; i++)
        {
            if (changes.Kept[i] is { } kept)
                files[i] = kept;
            else
                changed.Add(files[i] = ReadVersion(now, trees[i], before.Names, versions, cancellationToken));
        }

        // If all changed files use and declare the same names as before, the models depend on the same names.
        var areNamesSame = versions.Count == 0 && changed.Count == 2 * changes.Removed.Count;

        if (changed.Exists(static file => file.IsGlobal))
            return null;
        var names = changed
            .SelectMany(static file => file.Declarations.Types)
            .Concat(ChangedNamespaces(changed, changes))
            .ToList();
        var affected = before.Dependencies.Affected(trees, changes.Kept, names);
        if (affected.Any(i => files[i].IsGlobal))
            return null;
        var readsExclusions = changed.Exists(static file => file.HasExclusions) || affected.Any(i => files[i].HasExclusions);
        foreach (var i in affected.Where(i => files[i].HasCandidates))
            files[i] = ReadFile(now, trees[i], before.Names, files[i].Declarations, cancellationToken);
        var contents = ImmutableArray.Create(files);
        var areSame = affected.Count == 0 && changed.TrueForAll(static file => file.Models.IsEmpty);
        return before with
        {
            Trees = trees,
            Files = contents,
            Dependencies = areNamesSame
                || (affected.Count == 0 && !changed.Exists(file => file.IsRoot || before.Dependencies.Contains(file)))
                ? before.Dependencies
                : ModelDependencies.Find(trees, contents),
            Models = before.Models with
            {
                Models = areSame ? before.Models.Models : Order(trees, contents),
                Excluded = readsExclusions ? Excluded(now, contents) : before.Models.Excluded,
            },
        };
    }

    /// <summary>
    /// Returns the names of namespaces that only the changed files declare. Such a namespace may be new, or may no longer exist.
    /// </summary>
    private static HashSet<string> ChangedNamespaces(List<FileModels> changed, FileChanges changes)
    {
        var names = new HashSet<string>(changed.SelectMany(static file => file.Declarations.Namespaces), StringComparer.Ordinal);
        foreach (var kept in changes.Kept)
        {
            if (names.Count == 0)
                break;
            if (kept is not null)
                names.ExceptWith(kept.Declarations.Namespaces);
        }

        return names;
    }

    /// <summary>Reads a changed file. If it has the same names as a previous version, that version is removed from the list.</summary>
    private static FileModels ReadVersion(
        CSharpCompilation now, SyntaxTree tree, AttributeNames names, List<FileModels> versions, CancellationToken cancellationToken)
    {
        var declarations = FileDeclarations.Read((CompilationUnitSyntax)tree.GetRoot(cancellationToken));
        var same = versions.Find(version => declarations.HasSameNames(version.Declarations, tree));
        var read = ReadFile(now, tree, names, same?.Declarations ?? declarations, cancellationToken);
        if (same is not null && same.IsRoot == read.IsRoot)
            versions.Remove(same);
        return read;
    }

    private static FileModels ReadFile(
        CSharpCompilation compilation,
        SyntaxTree tree,
        AttributeNames names,
        FileDeclarations? known,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var unit = (CompilationUnitSyntax)tree.GetRoot(cancellationToken);
        var classes = AttributedNodes.ClassesWith(names.OfModels, unit).ToList();
        var excludes = AttributedNodes.HasFor(names.OfExclusions, unit);
        var hasAliases = AttributeNames.HasAliases(unit);
        var declarations = known ?? FileDeclarations.Read(unit);
        if (classes.Count == 0)
            return new([], hasCandidates: false, excludes, hasAliases, declarations);
        var semantics = compilation.GetSemanticModel(tree);
        var models = classes
            .Select(node => semantics.GetDeclaredSymbol(node, cancellationToken))
            .OfType<INamedTypeSymbol>()
            .Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)
            .Where(static type => type.Has(KnownNames.SharedModelAttribute))
            .Select(static type => SharedModelGenerator.Parse(type).Model)
            .OfType<ModelClass>();
        return new([.. models], hasCandidates: true, excludes, hasAliases, declarations);
    }

    /// <summary>
    /// Returns each class once, even if several of its parts have attributes. The order does not depend on the order of the files.
    /// </summary>
    private static EquatableArray<ModelClass> Order(ImmutableArray<SyntaxTree> trees, ImmutableArray<FileModels> files) => new(trees
        .Zip(files, static (tree, file) => (Path: tree.FilePath, file.Models))
        .Where(static file => !file.Models.IsEmpty)
        .OrderBy(static file => file.Path, StringComparer.Ordinal)
        .SelectMany(static file => file.Models)
        .GroupBy(static model => model.TypeName)
        .Select(static group => group.First())
        .OrderBy(static model => model.TypeName, StringComparer.Ordinal));

    private static EquatableArray<string> Excluded(Compilation compilation, ImmutableArray<FileModels> files) =>
        files.Any(static file => file.HasExclusions)
            ? new(ReferencedModels.Excluded(compilation).Select(static library => library.Name).OrderBy(
                static name => name, StringComparer.Ordinal))
            : default;

    /// <summary>The parts of the last compilation that show whether the next one differs. It does not keep symbols alive.</summary>
    private sealed record Memory(
        string? Name,
        CSharpCompilationOptions Options,
        ImmutableArray<MetadataReference> References,
        AttributeNames Names,
        ImmutableArray<SyntaxTree> Trees,
        ImmutableArray<FileModels> Files,
        ModelDependencies Dependencies,
        CompilationModels Models)
    {
        public bool IsOf(CSharpCompilation compilation) => Name == compilation.AssemblyName && HasReferencesOf(compilation);

        private bool HasReferencesOf(CSharpCompilation compilation) =>
            References == compilation.ExternalReferences || References.SequenceEqual(compilation.ExternalReferences);
    }
}
