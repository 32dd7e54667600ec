namespace SharedModels.Vision.Imaging;

/// <summary>Makes pixels of an encoded picture.</summary>
/// <remarks>Implementations are safe for use by many threads at once.</remarks>
public interface IImageDecoder
{
    /// <summary>Reads format and size without decoding, and without applying a limit to the size.</summary>
    /// <param name="encoded">A whole file.</param>
    /// <exception cref="ImageFormatException">The bytes are no picture of a supported format, or visibly an incomplete one.</exception>
    ImageInfo Identify(ReadOnlyMemory<byte> encoded);

    /// <summary>Decodes a picture and turns it upright.</summary>
    /// <param name="encoded">A whole file, not changed meanwhile.</param>
    /// <returns>The picture; of an animation, its first frame.</returns>
    /// <exception cref="ImageFormatException">The bytes cannot be decoded; its reason and message say why.</exception>
    RgbImage Decode(ReadOnlyMemory<byte> encoded);
}
