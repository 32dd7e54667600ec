using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using SharedModels.Generators.Model;

namespace SharedModels.Generators.Reading;

/// <summary>
/// Reads the models that referenced libraries export. The compiler reuses the symbol of a library between edits, so each symbol is read
/// only once.
/// </summary>
internal static class ReferencedModels
{
    // Keys are weak references and values are plain data, so this does not keep a compilation alive.
    private static readonly ConditionalWeakTable<IAssemblySymbol, Libraries> Known = new();

    /// <summary>Returns the contents of all referenced libraries.</summary>
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

    /// <summary>Returns the models of all referenced libraries that are not excluded.</summary>
    public static EquatableArray<ModelClass> ReadIncluded(Compilation compilation, CancellationToken cancellationToken) =>
        Application.Without(Read(compilation, cancellationToken).Models, new(Excluded(compilation).Select(static library => library.Name)));

    /// <summary>Returns the libraries that the assembly's attributes exclude.</summary>
    public static IEnumerable<ExcludedLibrary> Excluded(Compilation compilation) => compilation.Assembly.GetAttributes()
        .Where(static attribute => attribute.Is(KnownNames.ExcludeSharedModelsAttribute))
        .Select(SharedModelGenerator.Exclude)
        .OfType<ExcludedLibrary>();

    /// <summary>
    /// Indicates whether the assembly references the assembly of the export attribute. This check does not decode attributes.
    /// </summary>
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

    /// <summary>Indicates whether <c>global::</c> names can refer to the library. They cannot if it has only an extern alias.</summary>
    private static bool CanName(IAssemblySymbol library, Compilation compilation) =>
        compilation.GetMetadataReference(library) is not { Properties.Aliases: { IsEmpty: false } aliases }
            || aliases.Contains(MetadataReferenceProperties.GlobalAlias);

    private static Libraries Read(IAssemblySymbol library) => new(
        new(library.GetAttributes()
            .Where(static attribute => attribute.Is(KnownNames.SharedModelExportAttribute))
            .Select(static attribute =>
                attribute.Argument() is { Value: INamedTypeSymbol type } ? SharedModelGenerator.Parse(type).Model : null)
            .OfType<ModelClass>()
            .Select(static model => model with { Batches = new(model.Batches.Where(static batch => batch.IsPublic)) })
            .OrderBy(static model => model.TypeName, StringComparer.Ordinal)),
        library.GetTypeByMetadataName(KnownNames.Builder) is not null,
        library.GetTypeByMetadataName(KnownNames.TorchExtensions) is not null);
}
