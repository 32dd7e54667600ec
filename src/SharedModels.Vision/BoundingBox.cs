namespace SharedModels.Vision;

/// <summary>
/// An upright rectangle on an image, in pixels from its top left corner; edges lie between pixels, so the whole image is
/// (0, 0, width, height).
/// </summary>
/// <param name="XMin">The left edge.</param>
/// <param name="YMin">The upper edge.</param>
/// <param name="XMax">The right edge.</param>
/// <param name="YMax">The lower edge.</param>
public readonly record struct BoundingBox(float XMin, float YMin, float XMax, float YMax)
{
    /// <summary>The distance from the left edge to the right one.</summary>
    public float Width => XMax - XMin;

    /// <summary>The distance from the upper edge to the lower one.</summary>
    public float Height => YMax - YMin;

    /// <summary>The area in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>The area that two boxes share, divided by the area that they cover together.</summary>
    /// <param name="other">The other box.</param>
    /// <returns>0 for boxes that do not overlap, 1 for equal ones.</returns>
    public float IntersectionOverUnion(BoundingBox other)
    {
        var width = MathF.Min(XMax, other.XMax) - MathF.Max(XMin, other.XMin);
        var height = MathF.Min(YMax, other.YMax) - MathF.Max(YMin, other.YMin);
        if (width <= 0 || height <= 0)
            return 0;
        var shared = width * height;
        return shared / (Area + other.Area - shared);
    }

    /// <summary>Returns <see langword="true"/> if no part of the other box lies outside this one.</summary>
    /// <param name="other">The other box.</param>
    public bool Contains(BoundingBox other) => XMin <= other.XMin && YMin <= other.YMin && XMax >= other.XMax && YMax >= other.YMax;
}
