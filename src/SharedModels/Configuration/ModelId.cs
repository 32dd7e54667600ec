namespace SharedModels.Configuration;

/// <summary>
/// Defines the valid ids, which can be used in configuration keys, URLs, metrics and logs. The generator includes this file too.
/// </summary>
internal static class ModelId
{
    public const int MaxLength = 100;

    public static bool IsValid(string id) =>
        id.Length is > 0 and <= MaxLength
            && id.All(static c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' or '-');
}
