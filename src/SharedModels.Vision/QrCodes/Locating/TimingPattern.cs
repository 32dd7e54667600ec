using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>The two rows of alternating dark and light modules that connect the finder patterns.</summary>
internal static class TimingPattern
{
    private const int Row = 6;
    private const int First = 8;

    /// <summary>Returns the share of modules that do not have the expected color, from 0 to 1.</summary>
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
