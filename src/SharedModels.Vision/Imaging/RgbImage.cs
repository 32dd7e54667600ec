namespace SharedModels.Vision.Imaging;

/// <summary>An upright image of 8-bit red, green and blue samples, without alpha.</summary>
/// <remarks>
/// Rows are stored from top to bottom and pixels from left to right, with three bytes per pixel and without padding. The image is
/// immutable and safe for use by many threads.
/// </remarks>
public sealed class RgbImage
{
    private readonly byte[] _pixels;

    /// <summary>Creates an image from samples without copying them.</summary>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="pixels">
    /// <paramref name="width"/> × <paramref name="height"/> × 3 bytes, which the caller must not change afterwards.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has a different length.</exception>
    public RgbImage(int width, int height, byte[] pixels)
        : this(pixels, width, height)
    {
        if (pixels.Length != (long)width * height * 3)
            throw new ArgumentException(
                $"An image of {width} x {height} pixels has {(long)width * height * 3} bytes, not {pixels.Length}.", nameof(pixels));
    }

    private RgbImage(byte[] pixels, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        Width = width;
        Height = height;
        _pixels = pixels;
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>All samples, row by row, in the order red, green, blue.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, Width * Height * 3);

    /// <summary>Returns the samples of one row.</summary>
    /// <param name="y">The zero-based index of the row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The row does not exist.</exception>
    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Width * 3, Width * 3);

    /// <summary>Creates an image from the samples at the beginning of an array that can be longer.</summary>
    internal static RgbImage AtStartOf(byte[] pixels, int width, int height) => new(pixels, width, height);
}
