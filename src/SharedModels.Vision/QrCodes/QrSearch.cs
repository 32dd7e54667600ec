using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.QrCodes;

/// <summary>The search for the codes of one picture.</summary>
internal sealed class QrSearch
{
    // Noise of 12 megapixels takes libzbar about a second; a code's modules are larger than a pixel of such a picture.
    private const int MaxScanPixels = 12_000_000;
    private const int MaxRetryPixels = 2_000_000;

    // What straightening may cost in all, so that a picture made of finder patterns ends too.
    private const int MaxStraightPixels = 30_000_000;
    private const int MaxLocations = 12;

    // The first that leads to a code ends the search, so the most fruitful come first.
    private static readonly Func<GreyImage, GreyImage>[] RetryFilters =
    [
        GreyFilters.Median,
        GreyFilters.Otsu,
        image => GreyFilters.Unsharp(image, 2, 1.5),
        image => GreyFilters.BoxBlur(image, 1),
        image => GreyFilters.BoxBlur(GreyFilters.BoxBlur(image, 1), 1),
    ];

    private readonly GreyImage _image;
    private readonly int _factor;
    private readonly CancellationToken _cancellationToken;
    private readonly List<QrSymbol> _found = [];
    private int _straightPixels;
    private bool _isPattern;

    public QrSearch(RgbImage image, CancellationToken cancellationToken)
    {
        _factor = Factor((long)image.Width * image.Height, MaxScanPixels);
        _image = GreyImage.From(image, _factor);
        _cancellationToken = cancellationToken;
    }

    /// <summary>The codes, with corners in pixels of the whole picture.</summary>
    public List<QrSymbol> Run()
    {
        Look(_image, _factor);
        if (_found.Count > 0 || _isPattern)
            return _found;

        var factor = Factor(_image.Pixels.Length, MaxRetryPixels);
        var image = _image.Shrink(factor);
        foreach (var filter in RetryFilters)
        {
            Look(filter(image), _factor * factor);
            if (_found.Count > 0)
                return _found;
        }

        Look(image.Shrink(2), _factor * factor * 2);
        return _found;
    }

    // The factor leads from pixels of the image looked at to those of the whole picture.
    private void Look(GreyImage image, int factor)
    {
        var inverted = image.Invert();
        Scan(image, point => (point.X * factor, point.Y * factor));
        Scan(inverted, point => (point.X * factor, point.Y * factor));
        LookStraight(image, factor);
        LookStraight(inverted, factor);
    }

    private void LookStraight(GreyImage image, int factor)
    {
        var shrink = Factor(image.Pixels.Length, MaxRetryPixels);
        var small = image.Shrink(shrink);
        factor *= shrink;
        var binary = BinaryImage.From(small, Math.Clamp(Math.Min(small.Width, small.Height) / 16, 8, 64));
        var patterns = FinderPatternDetector.Find(binary);
        // Many marks and no code among them: a texture made of them, over which libzbar and the retries would take seconds.
        _isPattern |= patterns.Count == FinderPatternDetector.MaxPatterns;
        patterns.RemoveAll(pattern => IsRead(pattern.Middle));
        if (patterns.Count < 3)
            return;

        var left = MaxLocations;
        foreach (var location in CodeLocator.Locate(binary, patterns))
        {
            if (IsRead(location.Corners.Middle))
                continue;
            if (left-- == 0)
                return;
            ReadStraight(location, small, factor);
        }

        bool IsRead((double X, double Y) point) =>
            _found.Exists(symbol => symbol.Corners.Contains((point.X * factor, point.Y * factor)));
    }

    private void ReadStraight(CodeLocation location, GreyImage image, int factor)
    {
        foreach (var size in (ReadOnlySpan<int>)[6, 4])
        {
            var straight = location.Straighten(image, size);
            Func<GreyImage, GreyImage>[] filters =
            [
                picture => picture,
                GreyFilters.Median,
                GreyFilters.Otsu,
                picture => GreyFilters.Unsharp(picture, size / 2, 2),
                picture => ModuleFilter.Apply(picture, size),
            ];
            foreach (var filter in filters)
            {
                _straightPixels += straight.Pixels.Length;
                if (_straightPixels > MaxStraightPixels)
                    return;
                var before = _found.Count;
                Scan(filter(straight), point =>
                {
                    var (x, y) = location.FromStraight(point, size);
                    return (x * factor, y * factor);
                });
                if (_found.Count > before)
                    return;
            }
        }
    }

    private void Scan(GreyImage image, Func<(double X, double Y), (double X, double Y)> toPicture)
    {
        _cancellationToken.ThrowIfCancellationRequested();
        foreach (var symbol in ZbarScanner.Scan(image))
        {
            var placed = symbol with { Corners = symbol.Corners.Map(toPicture) };
            if (!_found.Exists(other => other.Corners.IsSameCode(placed.Corners)))
                _found.Add(placed);
        }
    }

    private static int Factor(long pixels, int limit) => (int)Math.Ceiling(Math.Sqrt((double)pixels / limit));
}
