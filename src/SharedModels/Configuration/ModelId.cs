namespace SharedModels.Configuration;

/// <summary>What an id may look like, so that it can stand in configuration keys, URLs, metrics and logs.</summary>
internal static class ModelId
{
    public const int MaxLength = 100;

    public static bool IsValid(string id) =>
        id.Length is > 0 and <= MaxLength && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
