namespace SharedModels.Vision;

/// <summary>
/// An axis-aligned rectangle in an image, in pixels from its top left corner. Edges are between pixels, so the whole image is (0, 0,
/// width, height).
/// </summary>
/// <param name="XMin">The left edge.</param>
/// <param name="YMin">The top edge.</param>
/// <param name="XMax">The right edge.</param>
/// <param name="YMax">The bottom edge.</param>
public readonly record struct BoundingBox(float XMin, float YMin, float XMax, float YMax)
{
    /// <summary>The distance from the left edge to the right edge.</summary>
    public float Width => XMax - XMin;

    /// <summary>The distance from the top edge to the bottom edge.</summary>
    public float Height => YMax - YMin;

    /// <summary>The area in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>Computes the area of the intersection of two boxes, divided by the area of their union.</summary>
    /// <param name="other">The other box.</param>
    /// <returns>A number from 0 for boxes that do not overlap to 1 for equal boxes.</returns>
    public float IntersectionOverUnion(BoundingBox other)
    {
        var width = MathF.Min(XMax, other.XMax) - MathF.Max(XMin, other.XMin);
        var height = MathF.Min(YMax, other.YMax) - MathF.Max(YMin, other.YMin);
        if (width <= 0 || height <= 0)
            return 0;
        var shared = width * height;
        return shared / (Area + other.Area - shared);
    }

    /// <summary>Returns <see langword="true"/> if no part of the other box is outside this one.</summary>
    /// <param name="other">The other box.</param>
    public bool Contains(BoundingBox other) => XMin <= other.XMin && YMin <= other.YMin && XMax >= other.XMax && YMax >= other.YMax;
}
