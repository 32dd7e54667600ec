namespace SharedModels.Vision.Imaging;

/// <summary>Decodes images.</summary>
/// <remarks>Implementations are thread-safe.</remarks>
public interface IImageDecoder
{
    /// <summary>Reads the format and the size without decoding the image. No size limit is applied.</summary>
    /// <param name="encoded">A complete file.</param>
    /// <exception cref="ImageFormatException">The bytes are not an image of a supported format, or are visibly incomplete.</exception>
    ImageInfo Identify(ReadOnlyMemory<byte> encoded);

    /// <summary>Decodes an image and turns it upright.</summary>
    /// <param name="encoded">A complete file, which must not change during the call.</param>
    /// <param name="transparency">The handling of transparent pixels.</param>
    /// <returns>The image, or the first frame of an animation.</returns>
    /// <exception cref="ImageFormatException">The bytes cannot be decoded. The exception states the reason.</exception>
    RgbImage Decode(ReadOnlyMemory<byte> encoded, Transparency transparency = Transparency.Drop);
}
