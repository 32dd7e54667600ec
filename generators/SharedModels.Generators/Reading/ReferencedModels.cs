using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>
/// What referenced libraries export. The compiler hands out the same symbol of a library from edit to edit, so each library is read once
/// for as long as it lives.
/// </summary>
internal static class ReferencedModels
{
    // Keys are held weakly and values are plain data: nothing here keeps a compilation alive.
    private static readonly ConditionalWeakTable<IAssemblySymbol, Libraries> Known = new();

    /// <summary>What all referenced libraries have.</summary>
    public static Libraries Read(Compilation compilation, CancellationToken cancellationToken)
    {
        var libraries = new List<(IAssemblySymbol Assembly, Libraries Contents)>();
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (MayExport(assembly) && CanName(assembly, compilation))
                libraries.Add((assembly, Known.GetValue(assembly, Read)));
        }

        return new(
            new(libraries.OrderBy(static library => library.Assembly.Name, StringComparer.Ordinal).SelectMany(
                static library => library.Contents.Models)),
            libraries.Exists(static library => library.Contents.HasManager),
            libraries.Exists(static library => library.Contents.HasTorch));
    }

    /// <summary>The models of all referenced libraries that are not left out.</summary>
    public static EquatableArray<ModelClass> ReadIncluded(Compilation compilation, CancellationToken cancellationToken) =>
        Application.Without(Read(compilation, cancellationToken).Models, new(Excluded(compilation).Select(static library => library.Name)));

    /// <summary>The libraries that the assembly's attributes leave out.</summary>
    public static IEnumerable<ExcludedLibrary> Excluded(Compilation compilation) => compilation.Assembly.GetAttributes()
        .Where(static attribute => attribute.Is(KnownNames.ExcludeSharedModelsAttribute))
        .Select(SharedModelGenerator.Exclude)
        .OfType<ExcludedLibrary>();

    /// <summary>Exports need the attribute's assembly; asking for its name decodes no attribute.</summary>
    private static bool MayExport(IAssemblySymbol assembly)
    {
        foreach (var module in assembly.Modules)
        {
            foreach (var reference in module.ReferencedAssemblies)
            {
                if (reference.Name == KnownNames.AbstractionsAssembly)
                    return true;
            }
        }

        return false;
    }

    /// <summary>A library that is referenced under an alias alone has no name that begins with <c>global::</c>.</summary>
    private static bool CanName(IAssemblySymbol library, Compilation compilation) =>
        compilation.GetMetadataReference(library) is not { Properties.Aliases: { IsEmpty: false } aliases }
            || aliases.Contains(MetadataReferenceProperties.GlobalAlias);

    private static Libraries Read(IAssemblySymbol library) => new(
        new(library.GetAttributes()
            .Where(static attribute => attribute.Is(KnownNames.SharedModelExportAttribute))
            .Select(static attribute =>
                attribute.Argument() is { Value: INamedTypeSymbol type } ? SharedModelGenerator.Parse(type).Model : null)
            .OfType<ModelClass>()
            .OrderBy(static model => model.TypeName, StringComparer.Ordinal)),
        library.GetTypeByMetadataName(KnownNames.Builder) is not null,
        library.GetTypeByMetadataName(KnownNames.TorchExtensions) is not null);
}
