namespace SharedModels.Vision;

/// <summary>A point in an image, in pixels from its top left corner. The center of the first pixel is (0.5, 0.5).</summary>
/// <param name="X">The distance to the right.</param>
/// <param name="Y">The distance downwards.</param>
public readonly record struct ImagePoint(float X, float Y);
