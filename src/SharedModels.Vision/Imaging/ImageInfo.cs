namespace SharedModels.Vision.Imaging;

/// <summary>The format and the size in the header of an encoded image.</summary>
/// <param name="Format">The encoding.</param>
/// <param name="Width">The width in pixels of the upright image, after its EXIF orientation is applied.</param>
/// <param name="Height">The height in pixels of the upright image, after its EXIF orientation is applied.</param>
public readonly record struct ImageInfo(ImageFormat Format, int Width, int Height);
