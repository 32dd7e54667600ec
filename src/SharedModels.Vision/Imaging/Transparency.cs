namespace SharedModels.Vision.Imaging;

/// <summary>The handling of transparent pixels in an image.</summary>
public enum Transparency
{
    /// <summary>
    /// Transparency is dropped. The stored color of transparent pixels is kept, as with <c>convert("RGB")</c> in Hugging Face's image
    /// processors, which models are trained with.
    /// </summary>
    Drop,

    /// <summary>
    /// The image is blended with a white background, or with a black one if the image is light. Use this for drawings and codes: the
    /// stored color of their transparent pixels has no meaning and is often that of the drawing.
    /// </summary>
    ContrastingBackground,
}
