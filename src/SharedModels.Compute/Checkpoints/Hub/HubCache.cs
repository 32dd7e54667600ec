namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>
/// The cache that Hugging Face's tools share: <c>models--organization--name</c> with <c>blobs</c>, <c>snapshots</c>, which contain links
/// to the blobs, and <c>refs</c>, which store the last known commit of each branch and tag.
/// </summary>
internal sealed class HubCache(string folder, HubRepository repository)
{
    /// <summary>Returns <see langword="true"/> if the text is a commit hash. Any other text could point outside the folder.</summary>
    public static bool IsCommit(string? text) => text is { Length: >= 5 and <= 64 } && text.All(char.IsAsciiHexDigit);

    public string Root { get; } = Path.Combine(folder, repository.FolderName);

    public string Blobs => Path.Combine(Root, "blobs");

    public string BlobOf(string etag) => Path.Combine(Blobs, etag);

    public string SnapshotOf(string commit) => Path.Combine(Root, "snapshots", commit);

    public string RefOf(string revision) => Path.Combine([Root, "refs", .. revision.Split('/')]);

    /// <summary>
    /// Finds the snapshot of the revision. If no revision is given, the snapshot of the default branch is used if it is complete, and
    /// otherwise the newest complete snapshot.
    /// </summary>
    /// <exception cref="CheckpointException">The cache cannot be read.</exception>
    public string? Find(CheckpointLayout layout)
    {
        try
        {
            return FindCore(layout);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(
                $"The cache '{folder}' cannot be read: {e.Message} Allow the process to read it, or set HubCacheFolder or HF_HUB_CACHE to "
                + "another folder.",
                e);
        }
    }

    private string? FindCore(CheckpointLayout layout)
    {
        if (ReadRef() is { } commit && IsComplete(SnapshotOf(commit)))
            return SnapshotOf(commit);
        var snapshots = new DirectoryInfo(Path.Combine(Root, "snapshots"));
        if (!snapshots.Exists)
            return null;
        var candidates = snapshots.EnumerateDirectories();
        if (repository.Revision is { } revision)
            candidates = candidates.Where(snapshot => snapshot.Name == revision);
        return candidates.OrderByDescending(static snapshot => snapshot.LastWriteTimeUtc)
            .ThenBy(static snapshot => snapshot.Name, StringComparer.Ordinal)
            .Select(static snapshot => snapshot.FullName)
            .FirstOrDefault(IsComplete);

        bool IsComplete(string snapshot) => layout.IsComplete(snapshot);
    }

    private string? ReadRef()
    {
        try
        {
            var commit = File.ReadAllText(RefOf(repository.RevisionOrDefault)).Trim();
            return IsCommit(commit) ? commit : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
