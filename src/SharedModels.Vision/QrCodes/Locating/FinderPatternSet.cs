namespace SharedModels.Vision.QrCodes.Locating;

/// <summary>The distinct finder patterns seen so far in an image that is read row by row.</summary>
/// <remarks>
/// A texture has tens of thousands of sightings, so a new one is only compared with those nearby. Patterns are grouped by columns of
/// pixels. A pattern that is too far above the current row to be seen again is removed from its column.
/// </remarks>
internal sealed class FinderPatternSet(int width)
{
    private const int ColumnWidth = 16;

    private readonly List<FinderPattern> _all = [];
    private readonly List<int>?[] _columns = new List<int>?[width / ColumnWidth + 1];

    public IReadOnlyList<FinderPattern> All => _all;

    public void Add(in FinderPattern pattern, int row)
    {
        // A pattern with 1.67 times the module size counts as the same at a distance of 1.5 of its modules.
        var reach = 2.6 * pattern.Module;
        var last = Column(pattern.X + reach);
        for (var column = Column(pattern.X - reach); column <= last; column++)
        {
            if (_columns[column] is not { } near)
                continue;
            for (var i = near.Count - 1; i >= 0; i--)
            {
                var known = _all[near[i]];
                if (known.IsSameAs(pattern))
                {
                    _all[near[i]] = known.Merge(pattern);
                    return;
                }

                // The row crosses the inner square, which extends 1.5 modules from the center, of patterns that are up to 1.67 times as
                // large.
                if (row > known.Y + 6 * known.Module)
                    near.RemoveAt(i);
            }
        }

        (_columns[Column(pattern.X)] ??= []).Add(_all.Count);
        _all.Add(pattern);
    }

    private int Column(double x) => Math.Clamp((int)x / ColumnWidth, 0, _columns.Length - 1);
}
