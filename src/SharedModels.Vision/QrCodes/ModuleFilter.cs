namespace SharedModels.Vision.QrCodes;

/// <summary>Draws a straightened code anew: each module black or white, by the mean of its middle against its neighbours.</summary>
internal static class ModuleFilter
{
    public static GreyImage Apply(GreyImage straight, int pixelsPerModule)
    {
        var modules = GreyFilters.Otsu(GreyFilters.Unsharp(Means(straight, pixelsPerModule), 1, 1));
        var drawn = new byte[straight.Pixels.Length];
        for (var i = 0; i < drawn.Length; i++)
            drawn[i] = modules.Pixels[i / straight.Width / pixelsPerModule * modules.Width + i % straight.Width / pixelsPerModule];
        return new GreyImage(straight.Width, straight.Height, drawn);
    }

    private static GreyImage Means(GreyImage straight, int pixelsPerModule)
    {
        var side = straight.Width / pixelsPerModule;
        var (margin, means) = (pixelsPerModule / 4, new byte[side * side]);
        var inner = pixelsPerModule - 2 * margin;
        for (var i = 0; i < means.Length; i++)
        {
            var (left, top) = (i % side * pixelsPerModule + margin, i / side * pixelsPerModule + margin);
            var sum = 0;
            for (var y = top; y < top + inner; y++)
            {
                for (var x = left; x < left + inner; x++)
                    sum += straight.Pixels[y * straight.Width + x];
            }

            means[i] = (byte)(sum / (inner * inner));
        }

        return new GreyImage(side, side, means);
    }
}
