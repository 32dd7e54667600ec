namespace SharedModels.Compute.Checkpoints.Hub;

/// <summary>The metadata of a file that the hub reports.</summary>
/// <param name="Name">The name of the file.</param>
/// <param name="Commit">The current commit of the revision.</param>
/// <param name="Etag">The name of the file's blob: the SHA-256 of a large file, the git hash of any other.</param>
/// <param name="Size">The number of bytes.</param>
internal sealed record HubFileInfo(string Name, string Commit, string Etag, long Size)
{
    private const int Sha256Digits = 64;
    private const int GitDigits = 40;

    /// <summary>The SHA-256 of the content, if the hub reports it.</summary>
    public string? Sha256 => HashOf(Sha256Digits);

    /// <summary>The SHA-1 by which git names the content, if the hub reports it.</summary>
    public string? GitSha1 => HashOf(GitDigits);

    /// <summary>True if the file contains weights, which the hub always names by their SHA-256.</summary>
    public bool IsWeights => Name.EndsWith(".safetensors", StringComparison.Ordinal);

    private string? HashOf(int digits) => Etag.Length == digits && Etag.All(char.IsAsciiHexDigit) ? Etag.ToUpperInvariant() : null;
}
