using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Reading;

/// <summary>The difference between the files of two compilations.</summary>
internal sealed class FileChanges
{
    private FileChanges(List<FileModels> removed, FileModels?[] kept) => (Removed, Kept) = (removed, kept);

    /// <summary>The contents of the files that were removed, or replaced with another version.</summary>
    public List<FileModels> Removed { get; }

    /// <summary>The contents of the present files that were kept, with <see langword="null"/> for new files and versions.</summary>
    public FileModels?[] Kept { get; }

    public static FileChanges Between(
        ImmutableArray<SyntaxTree> before, ImmutableArray<FileModels> contents, ImmutableArray<SyntaxTree> now)
    {
        var kept = new FileModels?[now.Length];
        var start = 0;
        while (start < before.Length && start < now.Length && ReferenceEquals(before[start], now[start]))
        {
            kept[start] = contents[start];
            start++;
        }

        var (oldEnd, newEnd) = (before.Length, now.Length);
        while (oldEnd > start && newEnd > start && ReferenceEquals(before[oldEnd - 1], now[newEnd - 1]))
            kept[--newEnd] = contents[--oldEnd];
        var moved = new Dictionary<SyntaxTree, FileModels>();
        for (var i = start; i < oldEnd; i++)
            moved.Add(before[i], contents[i]);
        for (var i = start; i < newEnd; i++)
        {
            if (!moved.TryGetValue(now[i], out kept[i]))
                continue;
            moved.Remove(now[i]);
        }

        return new([.. moved.Values], kept);
    }
}
