namespace SharedModels.Vision.Imaging.Skia;

/// <summary>Blends RGBA samples with a background.</summary>
internal static class Background
{
    /// <summary>Blends the samples with white, or with black if the visible content is light.</summary>
    public static void Blend(Span<byte> rgba)
    {
        var background = Contrast(rgba);
        for (var i = 0; i < rgba.Length; i += 4)
        {
            var alpha = rgba[i + 3];
            if (alpha == byte.MaxValue)
                continue;
            for (var channel = i; channel < i + 3; channel++)
                rgba[channel] = (byte)((rgba[channel] * alpha + background * (byte.MaxValue - alpha) + byte.MaxValue / 2) / byte.MaxValue);
        }
    }

    private static byte Contrast(ReadOnlySpan<byte> rgba)
    {
        // The weights of ITU-R BT.601, in 256ths.
        var (brightness, coverage) = (0L, 0L);
        for (var i = 0; i < rgba.Length; i += 4)
        {
            brightness += rgba[i + 3] * (77 * rgba[i] + 150 * rgba[i + 1] + 29 * rgba[i + 2]);
            coverage += rgba[i + 3];
        }

        return brightness > coverage * 128 * 256 ? (byte)0 : byte.MaxValue;
    }
}
