namespace SharedModels.Vision;

/// <summary>The scale of the scores of a detection by example.</summary>
public enum ExampleScore
{
    /// <summary>
    /// Relative to the best likeness in the image, as transformers' post_process_image_guided_detection gives it: the best detection has
    /// about 1, and a likeness of a tenth of the best has 0. Says which detection is better, not that any is good.
    /// </summary>
    Relative,

    /// <summary>
    /// The likeness itself, from 0 to 1, as for prompts: comparable between images and examples. An example of noise, or of a thing that
    /// the image does not show, scores low.
    /// </summary>
    Absolute,
}
