namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>What the hub says about a file.</summary>
/// <param name="Name">The file.</param>
/// <param name="Commit">The commit that the revision has now.</param>
/// <param name="Etag">The name of the file's blob: the SHA-256 of a large file, the hash of git for others.</param>
/// <param name="Size">The number of bytes.</param>
internal sealed record HubFileInfo(string Name, string Commit, string Etag, long Size)
{
    private const int Sha256Digits = 64;
    private const int GitDigits = 40;

    /// <summary>The SHA-256 of the content, if the hub gives one.</summary>
    public string? Sha256 => HashOf(Sha256Digits);

    /// <summary>The SHA-1 by which git names the content, if the hub gives it.</summary>
    public string? GitSha1 => HashOf(GitDigits);

    /// <summary>Whether the file holds weights, which the hub always names by their SHA-256.</summary>
    public bool IsWeights => Name.EndsWith(".safetensors", StringComparison.Ordinal);

    private string? HashOf(int digits) => Etag.Length == digits && Etag.All(char.IsAsciiHexDigit) ? Etag.ToUpperInvariant() : null;
}
