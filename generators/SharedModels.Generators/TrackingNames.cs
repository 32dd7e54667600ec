namespace SharedModels.Generators;

/// <summary>Names of the generator's steps, by which tests check that they are cached.</summary>
internal static class TrackingNames
{
    public const string ParsedModels = nameof(ParsedModels);
    public const string Models = nameof(Models);
    public const string ReferencedModels = nameof(ReferencedModels);
    public const string IsApplication = nameof(IsApplication);
    public const string Application = nameof(Application);

    public static string[] All { get; } = [ParsedModels, Models, ReferencedModels, IsApplication, Application];
}
