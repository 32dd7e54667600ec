using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Diagnostics;

/// <summary>What the generator reports of an application as a whole.</summary>
internal static class GeneratorDescriptors
{
    public static readonly DiagnosticDescriptor LibrariesClash = new(
        "SHM020",
        "Models of different libraries have different ids",
        "Library '{0}' and library '{1}' both have a model with the id '{2}'; leave one of them out, by [assembly: ExcludeSharedModels(\"{1}\")], and add what else is wanted of it by hand",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor ClassesClash = new(
        "SHM021",
        "Models of different assemblies have different class names",
        "Class '{2}' is a model of '{0}' and of '{1}', and generated code cannot tell them apart; leave one of them out, by [assembly: ExcludeSharedModels(\"{1}\")], or rename it",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NoTorchAdapter = new(
        "SHM022",
        "A torch.nn.Module needs the package SharedModels.TorchSharp",
        "Class '{0}' is a torch.nn.Module, which the manager cannot load and move by itself; reference the package SharedModels.TorchSharp, or implement ISharedModel",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownLibrary = new(
        "SHM023",
        "ExcludeSharedModels names a library with models",
        "No referenced library with models is called '{0}', so nothing is left out; {1}",
        "SharedModels",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true);
}
