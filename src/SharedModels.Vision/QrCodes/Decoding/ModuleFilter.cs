using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Decoding;

/// <summary>Methods that decide which modules of a code are dark, based on the brightness of each module.</summary>
internal static class ModuleFilter
{
    // The radius of the square whose mean is computed. The mask of a code makes about half of the modules dark everywhere.
    private const int Radius = 4;

    /// <summary>
    /// The methods with their costs, in the order in which they are tried. The methods that read the most codes come first.
    /// </summary>
    public static IReadOnlyList<(Func<GrayImage, GrayImage> Filter, int Cost)> All { get; } =
    [
        (Local, 1),
        (GrayFilters.Otsu, 1),
        (grid => GrayFilters.Otsu(GrayFilters.Unsharp(grid, 1, 1)), 1),
        (grid => Local(GrayFilters.Unsharp(grid, 1, 2)), 1),
        (grid => Deblurring.Apply(grid, 0.55), 8),
        (grid => Deblurring.Apply(grid, 0.75), 8),
    ];

    // A module is dark if it is darker than the mean of its neighborhood, because the light may be uneven.
    private static GrayImage Local(GrayImage grid)
    {
        var means = GrayFilters.BoxBlur(grid, Radius);
        var result = new GrayImage(grid.Width, grid.Height, new byte[grid.Pixels.Length]);
        for (var i = 0; i < result.Pixels.Length; i++)
            result.Pixels[i] = grid.Pixels[i] > means.Pixels[i] ? byte.MaxValue : (byte)0;
        return result;
    }
}
