namespace VisionApi;

/// <summary>The limits of the API: the configuration section <c>VisionApi</c>.</summary>
internal sealed class VisionApiOptions
{
    /// <summary>The maximum size of an uploaded image, in bytes.</summary>
    /// <value>The default is 20,000,000 (20 MB).</value>
    public int MaxImageBytes { get; set; } = 20_000_000;

    /// <summary>The maximum number of prompts in a request.</summary>
    /// <value>The default is 64.</value>
    public int MaxPrompts { get; set; } = 64;

    /// <summary>The maximum number of characters in a prompt. The model itself reads only 16 tokens.</summary>
    /// <value>The default is 400.</value>
    public int MaxPromptLength { get; set; } = 400;

    /// <summary>
    /// The maximum number of pixels of all decoded images together, at three bytes each. Further images wait before they are decoded.
    /// </summary>
    /// <value>The default is 400,000,000 (1.2 GB).</value>
    public int MaxPixelsInMemory { get; set; } = 400_000_000;

    /// <summary>The maximum number of requests whose images are decoded at the same time. Further requests wait.</summary>
    /// <value>The default is the number of processors.</value>
    public int MaxConcurrentDecodes { get; set; } = Environment.ProcessorCount;
}
