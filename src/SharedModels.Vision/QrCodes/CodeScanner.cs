using SharedModels.Vision.QrCodes.Decoding;
using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Geometry;
using SharedModels.Vision.QrCodes.Locating;

namespace SharedModels.Vision.QrCodes;

/// <summary>
/// Finds and reads the codes in several versions of an image, such as scaled or filtered ones. Each code is returned once.
/// </summary>
internal sealed class CodeScanner(TimeSpan timeLimit, TimeProvider time, CancellationToken cancellationToken)
{
    // The maximum work for all locations. The unit is one attempt at one module, which takes about 0.1 microseconds. 64 codes of the
    // largest version take a quarter of the maximum if the first attempt reads them. Locations that do not belong to a code, such as
    // those of a texture of finder patterns, cost the most because all filters are tried on each.
    private const int MaxModules = 8_000_000;

    // The cost of measuring a triple of finder patterns, in the same unit. Noise has thousands of triples at every size.
    private const int TripleCost = 150;

    // The maximum number of codes that are remembered as unread. It is that of the codes that are read.
    private const int MaxUnread = 128;

    private readonly List<FinderPattern> _readPatterns = [];

    // The finder patterns of located codes that could not be read.
    private readonly List<FinderPattern[]> _unread = [];
    private readonly long _start = time.GetTimestamp();
    private int _modules;

    /// <summary>The codes. Their corners are in pixels of the whole image.</summary>
    public List<QrSymbol> Found { get; } = [];

    /// <summary>True if a code was located that no scan could read.</summary>
    public bool HasUnreadCodes => _unread.Exists(patterns => !Array.Exists(patterns, IsRead));

    /// <summary>The limits that a scan has reached.</summary>
    public QrSearchLimits LimitsReached { get; private set; }

    /// <summary>True if a limit of work or time has ended a scan. Further scans find nothing.</summary>
    public bool IsExhausted
    {
        get
        {
            if (_modules > MaxModules)
                LimitsReached |= QrSearchLimits.Work;
            if (timeLimit != Timeout.InfiniteTimeSpan && time.GetElapsedTime(_start) >= timeLimit)
                LimitsReached |= QrSearchLimits.Time;
            return (LimitsReached & (QrSearchLimits.Work | QrSearchLimits.Time)) != QrSearchLimits.None;
        }
    }

    /// <summary>Reads the codes in an image that have not been found yet, both plain and inverted.</summary>
    /// <param name="image">The image.</param>
    /// <param name="factor">The width of a pixel of this image, in pixels of the whole image.</param>
    /// <param name="share">The shorter side of the image, divided by the radius of a pixel's neighborhood.</param>
    public void Scan(GrayImage image, int factor, int share)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsExhausted)
            return;
        var (plain, inverted) = BinaryImage.Both(image, Math.Clamp(Math.Min(image.Width, image.Height) / share, 8, 64));
        Scan(image, plain, factor, isInverted: false);
        Scan(image, inverted, factor, isInverted: true);
    }

    private void Scan(GrayImage image, BinaryImage binary, int factor, bool isInverted)
    {
        if (IsExhausted)
            return;
        var patterns = FinderPatternDetector.Find(binary, IsReadHere, out var isLimited);
        if (patterns.Count < 3)
            return;
        var triples = CodeLocator.Triples(binary, patterns, out var areTriplesLimited);
        if (isLimited || areTriplesLimited)
            LimitsReached |= QrSearchLimits.FinderPatterns;
        _modules += triples.Count * TripleCost;
        foreach (var location in CodeLocator.Locate(binary, triples, IsReadHere))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsExhausted)
                return;
            if (Read(location, image, isInverted) is var (content, corners))
                Add(new QrSymbol(content, corners.Map(point => (point.X * factor, point.Y * factor))), PatternsOf(location, factor));
            else if (_unread.Count < MaxUnread)
                _unread.Add(PatternsOf(location, factor));
        }

        bool IsReadHere(FinderPattern pattern) => IsRead(pattern with { X = pattern.X * factor, Y = pattern.Y * factor });
    }

    // A finder pattern belongs to only one code, so other locations with it are not tried.
    private bool IsRead(FinderPattern pattern) => _readPatterns.Exists(other =>
        Math.Abs(pattern.X - other.X) < 3 * other.Module && Math.Abs(pattern.Y - other.Y) < 3 * other.Module);

    private (QrContent Content, Quad Corners)? Read(CodeLocation location, GrayImage image, bool isInverted)
    {
        foreach (var isAffine in (ReadOnlySpan<bool>)[false, true])
        {
            if ((isAffine ? location.Refit(location.Anchors, isAffine) : location) is not { } initial)
                continue;
            var refined = AlignmentPatterns.Refine(initial, image, isInverted, isAffine);
            var grid = ModuleGrid.Sample(refined, image, isInverted);
            foreach (var (filter, cost) in ModuleFilter.All)
            {
                _modules += cost * grid.Pixels.Length;
                if (CodeDecoder.Read(filter(grid), out var isMirrored) is not { } content)
                    continue;
                var (a, b, c, d) = refined.Corners;
                return (content, isMirrored ? new Quad(a, d, c, b) : new Quad(a, b, c, d));
            }
        }

        return null;
    }

    /// <summary>Returns the finder patterns of a code, in pixels of the whole image.</summary>
    private static FinderPattern[] PatternsOf(CodeLocation location, int factor)
    {
        var module = location.Scale * factor / (location.Modules - 7);
        var far = location.Modules - 3.5;
        return Array.ConvertAll([(3.5, 3.5), (far, 3.5), (3.5, far)], middle =>
        {
            var (x, y) = location.ToImage(middle);
            return new FinderPattern(x * factor, y * factor, module, 1);
        });
    }

    private void Add(QrSymbol symbol, FinderPattern[] patterns)
    {
        _readPatterns.AddRange(patterns);

        // A code can be inside another one, but not with the same text.
        if (!Found.Exists(other => other.Content.Text == symbol.Content.Text && other.Corners.IsSameCode(symbol.Corners)))
            Found.Add(symbol);
    }
}
