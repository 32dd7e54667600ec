namespace SharedModels.Vision;

/// <summary>A point in an image, in pixels from its top left corner. The first pixel's middle is (0.5, 0.5).</summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
public readonly record struct ImagePoint(float X, float Y);
