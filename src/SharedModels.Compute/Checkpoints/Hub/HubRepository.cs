namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>A model on the hub and the requested revision: <c>organization/name</c> or <c>organization/name@revision</c>.</summary>
/// <param name="Id">The organization and the name, separated by a slash.</param>
/// <param name="Revision">A branch, tag or commit; <see langword="null"/> for the default branch.</param>
internal sealed record HubRepository(string Id, string? Revision)
{
    public const string DefaultRevision = "main";

    private const int LongestId = 96;

    /// <summary>The folder of the repository in a cache.</summary>
    public string FolderName => $"models--{Id.Replace("/", "--", StringComparison.Ordinal)}";

    public string RevisionOrDefault => Revision ?? DefaultRevision;

    public override string ToString() => Revision is null ? Id : $"{Id}@{Revision}";

    /// <summary>Parses a repository id. Returns <see langword="null"/> if the text is not a valid id.</summary>
    public static HubRepository? TryParse(string text)
    {
        var parts = text.Split('@', 2);
        var (id, revision) = (parts[0], parts.Length == 2 ? parts[1] : null);
        return id.Length <= LongestId && id.Split('/') is [var owner, var name] && IsName(owner) && IsName(name)
            && (revision is null || IsRevision(revision))
                ? new(id, revision)
                : null;
    }

    /// <summary>Returns <see langword="true"/> if a text is safe as a revision, and as the path of its file below <c>refs</c>.</summary>
    public static bool IsRevision(string text) => text.Length <= 250 && text.Split('/').All(IsPart);

    // The rules of the hub. In folder names, two hyphens stand for the slash.
    private static bool IsName(string text) =>
        IsPart(text)
        && !text.Contains("--", StringComparison.Ordinal)
        && !text.Contains("..", StringComparison.Ordinal)
        && text[0] is not ('-' or '.')
        && text[^1] is not ('-' or '.');

    private static bool IsPart(string text) =>
        text.Length > 0 && text is not ("." or "..") && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
