namespace SharedModels.Vision.Imaging;

/// <summary>An upright image of 8-bit red, green and blue samples, without alpha.</summary>
/// <remarks>
/// Rows run from the top, pixels from the left, three bytes per pixel, without padding. Immutable, and safe for use by many threads.
/// </remarks>
public sealed class RgbImage
{
    private readonly byte[] _pixels;

    /// <summary>Wraps samples, without copying them.</summary>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">
    /// <paramref name="width"/> × <paramref name="height"/> × 3 bytes, which the caller must not change afterwards.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length.</exception>
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

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All samples: row by row, red, green, blue.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, Width * Height * 3);

    /// <summary>The samples of one row.</summary>
    /// <param name="y">The row, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Width * 3, Width * 3);

    /// <summary>Wraps samples at the beginning of an array that may be longer.</summary>
    internal static RgbImage AtStartOf(byte[] pixels, int width, int height) => new(pixels, width, height);
}
