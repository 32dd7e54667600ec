using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Reading;

/// <summary>
/// The names on which the models of a compilation depend, directly or through the declarations of other files. A name stands for every
/// type and namespace that has it, so the result may contain more than the compiler would find, and never less.
/// </summary>
internal sealed class ModelDependencies
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<FileDeclarations> _files = [];

    private ModelDependencies()
    {
    }

    public static ModelDependencies Find(ImmutableArray<SyntaxTree> trees, ImmutableArray<FileModels> files)
    {
        var found = new ModelDependencies();
        var declaring = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var pending = new Queue<int>();
        for (var i = 0; i < files.Length; i++)
        {
            foreach (var name in files[i].Declarations.Types)
            {
                if (!declaring.TryGetValue(name, out var places))
                    declaring.Add(name, places = []);
                places.Add(i);
            }

            if (files[i].IsRoot && found._files.Add(files[i].Declarations))
                pending.Enqueue(i);
        }

        while (pending.Count > 0)
        {
            var file = pending.Dequeue();
            foreach (var name in files[file].Declarations.Uses(trees[file]))
            {
                if (!found._names.Add(name) || !declaring.TryGetValue(name, out var places))
                    continue;
                foreach (var place in places)
                {
                    if (found._files.Add(files[place].Declarations))
                        pending.Enqueue(place);
                }
            }
        }

        return found;
    }

    /// <summary>Indicates whether the file is one on which models depend.</summary>
    public bool Contains(FileModels file) => _files.Contains(file.Declarations);

    /// <summary>Indicates whether a model depends on one of the names.</summary>
    public bool ContainsAny(IEnumerable<string> names) => names.Any(_names.Contains);

    /// <summary>Returns the unchanged files whose declarations may have another meaning because of changed names.</summary>
    /// <param name="trees">All files of the compilation.</param>
    /// <param name="files">The contents of the files, or <see langword="null"/> for a changed file.</param>
    /// <param name="changed">The changed names.</param>
    public HashSet<int> Affected(ImmutableArray<SyntaxTree> trees, FileModels?[] files, IEnumerable<string> changed)
    {
        var names = new HashSet<string>(changed, StringComparer.Ordinal);
        var affected = new HashSet<int>();
        if (!names.Overlaps(_names))
            return affected;
        for (var count = -1; count != affected.Count;)
        {
            count = affected.Count;
            for (var i = 0; i < files.Length; i++)
            {
                if (files[i] is { } file
                    && _files.Contains(file.Declarations)
                    && !affected.Contains(i)
                    && file.Declarations.Uses(trees[i]).Overlaps(names))
                {
                    affected.Add(i);
                    names.UnionWith(file.Declarations.Types);
                }
            }
        }

        return affected;
    }
}
