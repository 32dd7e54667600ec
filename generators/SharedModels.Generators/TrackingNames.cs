namespace SharedModels.Generators;

/// <summary>The names of the generator's steps. Tests use them to check that the steps are cached.</summary>
internal static class TrackingNames
{
    public const string Read = nameof(Read);
    public const string Models = nameof(Models);
    public const string Libraries = nameof(Libraries);
    public const string RegisteredModels = nameof(RegisteredModels);

    public const string Exports = nameof(Exports);
    public const string ModelNames = nameof(ModelNames);
    public const string ModelFeatures = nameof(ModelFeatures);
    public const string ModelFiles = nameof(ModelFiles);

    public static string[] All { get; } =
        [Read, Models, Libraries, RegisteredModels, Exports, ModelNames, ModelFeatures, ModelFiles];
}
