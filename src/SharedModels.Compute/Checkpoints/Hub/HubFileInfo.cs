namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>What the hub says about a file.</summary>
/// <param name="Name">The file.</param>
/// <param name="Commit">The commit that the revision has now.</param>
/// <param name="Etag">The name of the file's blob: the SHA-256 of a large file, the hash of git for others.</param>
/// <param name="Size">The number of bytes, if the hub says it.</param>
internal sealed record HubFileInfo(string Name, string Commit, string Etag, long? Size)
{
    private const int Sha256Digits = 64;

    /// <summary>The SHA-256 of the content, if the hub gives one.</summary>
    public string? Sha256 => Etag.Length == Sha256Digits && Etag.All(char.IsAsciiHexDigit) ? Etag.ToUpperInvariant() : null;
}
