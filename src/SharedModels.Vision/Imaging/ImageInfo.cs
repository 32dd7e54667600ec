namespace SharedModels.Vision.Imaging;

/// <summary>What an encoded picture says of itself.</summary>
/// <param name="Format">How it is encoded.</param>
/// <param name="Width">Pixels in a row of the upright picture, after its EXIF orientation.</param>
/// <param name="Height">Rows of the upright picture, after its EXIF orientation.</param>
public readonly record struct ImageInfo(ImageFormat Format, int Width, int Height);
