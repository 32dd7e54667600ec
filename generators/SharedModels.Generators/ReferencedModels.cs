using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using SharedModels.Generators.Model;

namespace SharedModels.Generators;

/// <summary>
/// The models that referenced libraries export. This is asked at every keystroke, because a generator sees references only through the
/// compilation; but the compiler hands the same symbol of a library from edit to edit, so each library is read once for as long as it lives.
/// </summary>
internal static class ReferencedModels
{
    // Keys are held weakly and values are plain data: nothing here keeps a compilation alive.
    private static readonly ConditionalWeakTable<IAssemblySymbol, StrongBox<EquatableArray<ModelClass>>> Known = new();

    /// <summary>The models of all referenced libraries, in the order of their assemblies' names.</summary>
    public static EquatableArray<ModelClass> Read(Compilation compilation, CancellationToken cancellationToken)
    {
        var libraries = new List<IAssemblySymbol>();
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (MayExport(assembly) && CanName(assembly, compilation))
                libraries.Add(assembly);
        }

        return new(libraries
            .OrderBy(static library => library.Name, StringComparer.Ordinal)
            .SelectMany(static library => Known.GetValue(library, static library => new(Read(library))).Value));
    }

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
        compilation.GetMetadataReference(library) is not { Properties.Aliases: { IsEmpty: false } aliases } || aliases.Contains(MetadataReferenceProperties.GlobalAlias);

    private static EquatableArray<ModelClass> Read(IAssemblySymbol library) => new(library.GetAttributes()
        .Where(static attribute => attribute.Is(KnownNames.SharedModelExportAttribute))
        .Select(static attribute => attribute.Argument() is { Value: INamedTypeSymbol type } ? SharedModelGenerator.Parse(type).Model : null)
        .OfType<ModelClass>()
        .OrderBy(static model => model.TypeName, StringComparer.Ordinal));
}
