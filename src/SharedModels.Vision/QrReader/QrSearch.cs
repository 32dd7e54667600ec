using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.QrCodes;

/// <summary>The search for the codes of one picture.</summary>
internal sealed class QrSearch
{
    // Noise of 12 megapixels takes libzbar about a second; a code's modules are larger than a pixel of such a picture.
    private const int MaxScanPixels = 12_000_000;
    private const int MaxRetryPixels = 3_000_000;
    private const int MaxStraightened = 12;

    private readonly GreyImage _image;
    private readonly int _factor;
    private readonly CancellationToken _cancellationToken;
    private readonly List<QrSymbol> _found = [];

    public QrSearch(RgbImage image, CancellationToken cancellationToken)
    {
        _factor = Factor((long)image.Width * image.Height, MaxScanPixels);
        _image = GreyImage.From(image, _factor);
        _cancellationToken = cancellationToken;
    }

    public List<QrSymbol> Run()
    {
        var inverted = _image.Invert();
        Scan(_image, point => point);
        Scan(inverted, point => point);
        Straighten(_image);
        Straighten(inverted);
        if (_found.Count == 0)
            Retry();
        return _found.ConvertAll(symbol => symbol with { Corners = symbol.Corners.Map(point => (point.X * _factor, point.Y * _factor)) });
    }

    private void Retry()
    {
        var factor = Factor(_image.Pixels.Length, MaxRetryPixels);
        var image = _image.Shrink(factor);
        Func<GreyImage, GreyImage>[] filters =
            [GreyFilters.Median, GreyFilters.Otsu, picture => GreyFilters.Unsharp(picture, 2, 1.5)];
        foreach (var filter in filters)
        {
            ScanBoth(filter(image), factor);
            if (_found.Count > 0)
                return;
        }

        ScanBoth(image.Shrink(2), factor * 2);
    }

    private void ScanBoth(GreyImage image, int factor)
    {
        Scan(image, point => (point.X * factor, point.Y * factor));
        Scan(image.Invert(), point => (point.X * factor, point.Y * factor));
    }

    private void Straighten(GreyImage image)
    {
        var factor = Factor(image.Pixels.Length, MaxRetryPixels);
        var small = image.Shrink(factor);
        var binary = BinaryImage.From(small, Math.Clamp(Math.Min(small.Width, small.Height) / 16, 8, 64));
        var patterns = FinderPatternDetector.Find(binary);
        patterns.RemoveAll(pattern => IsRead(pattern.Middle, factor));
        if (patterns.Count < 3)
            return;
        var tries = 0;
        foreach (var location in CodeLocator.Locate(binary, patterns))
        {
            if (IsRead(location.Corners.Middle, factor))
                continue;
            if (++tries > MaxStraightened)
                return;
            ReadStraightened(location, small, factor);
        }
    }

    private void ReadStraightened(CodeLocation location, GreyImage image, int factor)
    {
        foreach (var size in (ReadOnlySpan<int>)[6, 4])
        {
            var straight = location.Straighten(image, size);
            Func<GreyImage, GreyImage>[] filters = [x => x, GreyFilters.Median, GreyFilters.Otsu, x => GreyFilters.Unsharp(x, size / 2, 2)];
            foreach (var filter in filters)
            {
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

    private bool IsRead((double X, double Y) point, int factor) =>
        _found.Exists(symbol => symbol.Corners.Contains((point.X * factor, point.Y * factor)));

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
