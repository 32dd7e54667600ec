namespace SharedModels.Generators;

/// <summary>Names of the generator's steps, by which tests check that they are cached.</summary>
internal static class TrackingNames
{
    public const string ParsedModels = nameof(ParsedModels);
    public const string Models = nameof(Models);
    public const string ExcludedLibraries = nameof(ExcludedLibraries);
    public const string Excluded = nameof(Excluded);
    public const string ExcludedNames = nameof(ExcludedNames);
    public const string ExportedModels = nameof(ExportedModels);
    public const string ReferencedModels = nameof(ReferencedModels);
    public const string Packages = nameof(Packages);
    public const string Application = nameof(Application);
    public const string RegisteredModels = nameof(RegisteredModels);
    public const string Problems = nameof(Problems);
    public const string Diagnostics = nameof(Diagnostics);

    public static string[] All { get; } =
    [
        ParsedModels, Models, ExcludedLibraries, Excluded, ExcludedNames, ExportedModels, ReferencedModels, Packages, Application, RegisteredModels, Problems, Diagnostics,
    ];
}
