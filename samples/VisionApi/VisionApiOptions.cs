namespace VisionApi;

/// <summary>What the API accepts: the configuration section <c>VisionApi</c>.</summary>
internal sealed class VisionApiOptions
{
    /// <summary>The most bytes of an uploaded picture.</summary>
    /// <value>The default is 20,000,000 (20 MB).</value>
    public int MaxImageBytes { get; set; } = 20_000_000;

    /// <summary>The most prompts of a request.</summary>
    /// <value>The default is 64.</value>
    public int MaxPrompts { get; set; } = 64;

    /// <summary>The most characters of a prompt; the model reads 16 tokens, which are fewer.</summary>
    /// <value>The default is 400.</value>
    public int MaxPromptLength { get; set; } = 400;

    /// <summary>
    /// The most pixels of all decoded pictures together, at three bytes each; further pictures wait before they are decoded.
    /// </summary>
    /// <value>The default is 400,000,000 (1.2 GB).</value>
    public int MaxPixelsInMemory { get; set; } = 400_000_000;
}
