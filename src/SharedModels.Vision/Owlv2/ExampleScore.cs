namespace SharedModels.Vision;

/// <summary>The scale of the scores when detecting by example.</summary>
public enum ExampleScore
{
    /// <summary>
    /// Relative to the highest similarity in the image, as in transformers' post_process_image_guided_detection. The best detection has a
    /// score of about 1, and a tenth of its similarity has a score of 0. The scores rank the detections, but do not show that any of them
    /// is good.
    /// </summary>
    Relative,

    /// <summary>
    /// The similarity itself, from 0 to 1, as with prompts. Scores can be compared between images and examples. An example of noise, or
    /// of an object that is not in the image, has low scores.
    /// </summary>
    Absolute,
}
