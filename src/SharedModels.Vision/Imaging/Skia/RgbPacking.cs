using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SharedModels.Vision.Imaging.Skia;

/// <summary>Removes the alpha channel from RGBA samples.</summary>
internal static class RgbPacking
{
    private const int PixelsAtOnce = 4;

    /// <summary>Copies the colors of all pixels in <paramref name="rgba"/>.</summary>
    /// <param name="rgba">Four bytes per pixel.</param>
    /// <param name="rgb">At least three bytes per pixel. It may start at the same address as <paramref name="rgba"/>.</param>
    public static void Pack(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        var pixels = rgba.Length / 4;
        ArgumentOutOfRangeException.ThrowIfLessThan(rgb.Length, pixels * 3, nameof(rgb));
        ref var from = ref MemoryMarshal.GetReference(rgba);
        ref var to = ref MemoryMarshal.GetReference(rgb);
        var order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        var i = 0;
        // Each store writes a whole vector, whose last four bytes the next store overwrites. In place, they never reach unread samples.
        for (; i <= pixels - 2 * PixelsAtOnce; i += PixelsAtOnce)
            Vector128.Shuffle(Vector128.LoadUnsafe(ref from, (nuint)i * 4), order).StoreUnsafe(ref to, (nuint)i * 3);
        for (; i < pixels; i++)
        {
            var (red, green, blue) = (rgba[i * 4], rgba[i * 4 + 1], rgba[i * 4 + 2]);
            (rgb[i * 3], rgb[i * 3 + 1], rgb[i * 3 + 2]) = (red, green, blue);
        }
    }
}
