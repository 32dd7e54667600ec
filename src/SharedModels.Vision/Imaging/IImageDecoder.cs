namespace SharedModels.Vision.Imaging;

/// <summary>Decodes images.</summary>
/// <remarks>Implementations are thread-safe.</remarks>
public interface IImageDecoder
{
    /// <summary>Reads format and size without decoding, and without applying a limit to the size.</summary>
    /// <param name="encoded">A whole file.</param>
    /// <exception cref="ImageFormatException">The bytes are not an image of a supported format, or are visibly incomplete.</exception>
    ImageInfo Identify(ReadOnlyMemory<byte> encoded);

    /// <summary>Decodes an image and makes it upright.</summary>
    /// <param name="encoded">A whole file, which must not change during the call.</param>
    /// <param name="transparency">What becomes of the transparency of the image.</param>
    /// <returns>The image, or the first frame of an animation.</returns>
    /// <exception cref="ImageFormatException">The bytes cannot be decoded. The reason and the message say why.</exception>
    RgbImage Decode(ReadOnlyMemory<byte> encoded, Transparency transparency = Transparency.Drop);
}
