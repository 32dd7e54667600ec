using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.QrCodes;

/// <summary>The search for the codes in one image.</summary>
internal sealed class QrSearch
{
    private const int MaxRetryPixels = 2_000_000;

    // The square around a pixel has a side of at most 129 pixels and must be larger than the inner square of a finder pattern. A code
    // that fills an image with sides of this length has modules of up to 40 pixels.
    private const int MaxSide = 1000;

    private const int Share = 16;

    // The filters for an image in which no code was read, or one was located but not read, and the share of its side that is the radius of
    // a pixel's neighborhood. The filter that leads to the last code ends the search, so the most productive ones come first. Near the edge
    // of a shadow, a smaller radius helps.
    private static readonly (Func<GrayImage, GrayImage> Filter, int Share)[] Retries =
    [
        (GrayFilters.Median, Share),
        (image => image, 2 * Share),
        (image => GrayFilters.Unsharp(image, 2, 1.5), 2 * Share),
        (GrayFilters.Otsu, Share),
        (image => GrayFilters.Unsharp(image, 4, 2), Share),
        (image => GrayFilters.BoxBlur(image, 1), Share),
        (image => GrayFilters.BoxBlur(GrayFilters.BoxBlur(image, 1), 1), Share),
    ];

    private readonly GrayImage _image;
    private readonly int _factor;
    private readonly CodeScanner _scanner;

    public QrSearch(RgbImage image, QrReaderOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        _scanner = new CodeScanner(options.TimeLimit, time, cancellationToken);
        _factor = Factor((long)image.Width * image.Height, options.MaxPixels);
        _image = GrayImage.From(image, _factor);
    }

    /// <summary>The limits that the search reached.</summary>
    public QrSearchLimits LimitsReached => _scanner.LimitsReached | (_factor > 1 ? QrSearchLimits.Pixels : QrSearchLimits.None);

    /// <summary>Finds the codes. Their corners are in pixels of the whole image.</summary>
    public List<QrSymbol> Run()
    {
        ScanLevels(_image, _factor);
        if (IsOver)
            return _scanner.Found;

        var factor = Factor(_image.Pixels.Length, MaxRetryPixels);
        var image = _image.Shrink(factor);
        foreach (var (filter, share) in Retries)
        {
            _scanner.Scan(filter(image), _factor * factor, share);
            if (IsOver)
                return _scanner.Found;
        }

        _scanner.Scan(image.Shrink(2), _factor * factor * 2, Share);
        return _scanner.Found;
    }

    private bool IsOver => (_scanner.Found.Count > 0 && !_scanner.HasUnreadCodes) || _scanner.IsExhausted;

    // Scans the image at its own size and at reduced sizes. The smallest comes first because reading large codes in it costs little.
    private void ScanLevels(GrayImage image, int factor)
    {
        if (Math.Min(image.Width, image.Height) > MaxSide)
            ScanLevels(image.Shrink(2), factor * 2);
        _scanner.Scan(image, factor, Share);
    }

    private static int Factor(long pixels, int limit) => (int)Math.Ceiling(Math.Sqrt((double)pixels / limit));
}
