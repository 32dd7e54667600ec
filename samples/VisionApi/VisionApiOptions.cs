using System.ComponentModel.DataAnnotations;

namespace VisionApi;

/// <summary>What the API accepts: the configuration section <c>VisionApi</c>.</summary>
internal sealed class VisionApiOptions
{
    /// <summary>The most bytes of an uploaded picture.</summary>
    /// <value>The default is 20,000,000 (20 MB).</value>
    [Range(1, 1_000_000_000, ErrorMessage = "VisionApi:MaxImageBytes must be from {1} to {2}.")]
    public int MaxImageBytes { get; set; } = 20_000_000;

    /// <summary>The most prompts of a request.</summary>
    /// <value>The default is 64.</value>
    [Range(1, 10_000, ErrorMessage = "VisionApi:MaxPrompts must be from {1} to {2}.")]
    public int MaxPrompts { get; set; } = 64;

    /// <summary>The most characters of a prompt; the model reads 16 tokens, which are fewer.</summary>
    /// <value>The default is 400.</value>
    [Range(1, 10_000, ErrorMessage = "VisionApi:MaxPromptLength must be from {1} to {2}.")]
    public int MaxPromptLength { get; set; } = 400;

    /// <summary>The most pixels of all decoded pictures together, at three bytes each; further pictures wait before they are decoded.</summary>
    /// <value>The default is 400,000,000 (1.2 GB).</value>
    [Range(1, int.MaxValue, ErrorMessage = "VisionApi:MaxPixelsInMemory must be from {1} to {2}.")]
    public int MaxPixelsInMemory { get; set; } = 400_000_000;
}
