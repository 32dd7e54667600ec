namespace SharedModels.Vision.Imaging;

/// <summary>What becomes of the transparency of an image.</summary>
public enum Transparency
{
    /// <summary>
    /// It is dropped: the colour stored under it is kept, as in the <c>convert("RGB")</c> of Hugging Face's image processors that models
    /// are trained with.
    /// </summary>
    Drop,

    /// <summary>
    /// The image is put on a white background, or on a black one if it is light. For drawings and codes, whose colour under transparent
    /// pixels means nothing and is often that of the drawing.
    /// </summary>
    ContrastingBackground,
}
