using Microsoft.CodeAnalysis;

namespace SharedModels.Generators.Diagnostics;

/// <summary>What the generator reports; each id has its paragraph in the README beside the project.</summary>
internal static class DiagnosticDescriptors
{
    public static readonly DiagnosticDescriptor UnusableClass = new(
        "SHM001",
        "A shared model is a concrete class",
        "Class '{0}' cannot be a shared model because it is {1}; make it a concrete, non-generic class that its whole assembly can name, or remove [SharedModel]",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NoUsableConstructor = new(
        "SHM002",
        "A shared model needs a constructor that the container can call",
        "Generated code cannot call a constructor of class '{0}': {1}",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor InvalidId = new(
        "SHM003",
        "A model's id is made of letters, digits, '.', '_' and '-'",
        "'{0}' of class '{1}' cannot be a model's id; give [SharedModel] an id of 1 to 100 letters from A to Z, digits, '.', '_' and '-'",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DuplicateId = new(
        "SHM004",
        "Models have different ids",
        "Id '{0}' of class '{1}' already belongs to a model of class '{2}'; give each [SharedModel] an id of its own, different in more than upper and lower case",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor InvalidKeepAlive = new(
        "SHM005",
        "KeepAlive is a time",
        "KeepAlive of class '{1}' is '{0}', which is not a time; write hours, minutes and seconds such as 00:05:00, or 00:00:00 to free the model after each use",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor InvalidMaxLeases = new(
        "SHM006",
        "MaxLeases is at least 1",
        "MaxLeases of class '{1}' is {0}; write 1 or more, or leave it out for exclusive use",
        "SharedModels",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);
}
