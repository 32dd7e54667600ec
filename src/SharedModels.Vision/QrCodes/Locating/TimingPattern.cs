using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>The two rows of modules, dark and light in turn, that lead from one finder pattern to another.</summary>
internal static class TimingPattern
{
    private const int Row = 6;
    private const int First = 8;

    /// <summary>The share of the modules that do not have the colour that they should have, 0 to 1.</summary>
    public static double Errors(BinaryImage image, CodeLocation location)
    {
        var (errors, last) = (0, location.Modules - 1 - First);
        for (var module = First; module <= last; module++)
        {
            errors += IsDark(module, Row) == (module % 2 == 0) ? 0 : 1;
            errors += IsDark(Row, module) == (module % 2 == 0) ? 0 : 1;
        }

        return errors / (2.0 * (last - First + 1));

        bool IsDark(int column, int row)
        {
            var (x, y) = location.ToImage((column + 0.5, row + 0.5));
            return image[(int)Math.Floor(x), (int)Math.Floor(y)];
        }
    }
}
