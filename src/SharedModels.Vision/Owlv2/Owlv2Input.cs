using System.Globalization;
using System.Runtime.CompilerServices;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision;

/// <summary>An image and what to find in it, for <c>RunAsync</c>. Inputs with the same prompts can share a batch.</summary>
/// <remarks>Immutable and safe for use by many threads.</remarks>
public sealed class Owlv2Input : IBatchInput
{
    /// <summary>The maximum number of prompts of one call.</summary>
    public const int MaxPrompts = 1000;

    private const float LowestNmsThreshold = 0.1f;

    // The smoothed rows of an image with this side take about 100 MB per task. With four times the side, they take 1.4 GB.
    private const int LongestSide = 16_384;

    /// <summary>Creates an input.</summary>
    /// <param name="image">The image, with at most 16,384 pixels along a side.</param>
    /// <param name="prompts">
    /// The objects to find, such as "a photo of a cat", at most <see cref="MaxPrompts"/>. Tokens beyond 16 are ignored.
    /// </param>
    /// <param name="confidence">The score, from 0 to 1, that a detection must exceed.</param>
    /// <param name="nmsThreshold">
    /// The threshold of non-maximum suppression, from 0.1 to 1. Of two boxes whose intersection over union exceeds it, only the better
    /// one is kept. 1 keeps both.
    /// </param>
    /// <exception cref="ArgumentException">There are no or too many prompts, a prompt is blank, or the image is too large.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is out of range.</exception>
    public Owlv2Input(RgbImage image, IReadOnlyList<string> prompts, float confidence = 0.1f, float nmsThreshold = 0.3f)
    {
        CheckImage(image);
        ArgumentNullException.ThrowIfNull(prompts);
        Prompts = [.. prompts];
        CheckPrompts(Prompts);
        CheckThresholds(confidence, nmsThreshold);
        (Image, Confidence, NmsThreshold) = (image, confidence, nmsThreshold);
        BatchKey = string.Concat(Prompts.Select(static prompt => string.Create(CultureInfo.InvariantCulture, $"{prompt.Length}:{prompt}")));
    }

    /// <summary>The image.</summary>
    public RgbImage Image { get; }

    /// <summary>The objects to find.</summary>
    public IReadOnlyList<string> Prompts { get; }

    /// <summary>The score that a detection must exceed.</summary>
    public float Confidence { get; }

    /// <summary>The threshold of non-maximum suppression.</summary>
    public float NmsThreshold { get; }

    /// <summary>The prompts in their order. Images and thresholds can differ within a batch.</summary>
    public string BatchKey { get; }

    internal static void CheckImage(RgbImage image, [CallerArgumentExpression(nameof(image))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(image, name);
        if (Math.Max(image.Width, image.Height) > LongestSide)
            throw new ArgumentException(
                $"The image is {image.Width} x {image.Height} pixels. The maximum of a side is {LongestSide}. Reduce its size first.",
                name);
    }

    internal static void CheckPrompts(IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Count == 0)
            throw new ArgumentException("There are no prompts. Specify at least one object to find.", nameof(prompts));
        if (prompts.Count > MaxPrompts)
            throw new ArgumentException(
                $"There are {prompts.Count} prompts. The maximum is {MaxPrompts}. Distribute them over several calls.", nameof(prompts));
        for (var i = 0; i < prompts.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(prompts[i]))
                throw new ArgumentException($"Prompt {i} is blank. Describe the object to find.", nameof(prompts));
        }
    }

    internal static void CheckThresholds(float confidence, float nmsThreshold)
    {
        if (!(confidence >= 0 && confidence <= 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The confidence must be a number from 0 to 1.");
        if (!(nmsThreshold >= LowestNmsThreshold && nmsThreshold <= 1))
            throw new ArgumentOutOfRangeException(nameof(nmsThreshold), nmsThreshold,
                $"The NMS threshold must be a number from {LowestNmsThreshold} to 1.");
    }
}
