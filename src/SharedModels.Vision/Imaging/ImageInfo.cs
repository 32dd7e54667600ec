namespace SharedModels.Vision.Imaging;

/// <summary>The format and the size that the header of an encoded image states.</summary>
/// <param name="Format">The encoding.</param>
/// <param name="Width">Pixels in a row of the upright image, after its EXIF orientation.</param>
/// <param name="Height">Rows of the upright image, after its EXIF orientation.</param>
public readonly record struct ImageInfo(ImageFormat Format, int Width, int Height);
