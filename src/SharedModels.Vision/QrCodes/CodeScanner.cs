namespace SharedModels.Vision.QrCodes;

/// <summary>Finds and reads the codes of images that show the same at different sizes or filtered, each code once.</summary>
internal sealed class CodeScanner(CancellationToken cancellationToken)
{
    // The work that locations may cost in all, in modules: sampling, correcting and decoding a module takes about 0.1 microseconds. Reading
    // 64 codes of the largest version takes a quarter of it. Locations that are not a code's, such as those of a texture of finder
    // patterns, cost the most, because all filters are tried on each.
    private const int MaxModules = 8_000_000;

    private readonly CodeDecoder _decoder = new();
    private readonly List<FinderPattern> _readPatterns = [];
    private int _modules;

    /// <summary>The codes, with corners in pixels of the whole image.</summary>
    public List<QrSymbol> Found { get; } = [];

    /// <summary>True if the limit of work has ended a scan. Further scans find nothing.</summary>
    public bool IsExhausted => _modules > MaxModules;

    /// <summary>Reads the codes of an image that have not been found yet, plain and inverted.</summary>
    /// <param name="image">The image.</param>
    /// <param name="factor">The number of pixels of the whole image that a pixel of this one is wide.</param>
    /// <param name="share">The image's smaller side, divided by how far a pixel's surroundings reach.</param>
    public void Scan(GreyImage image, int factor, int share)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (plain, inverted) = BinaryImage.Both(image, Math.Clamp(Math.Min(image.Width, image.Height) / share, 8, 64));
        Scan(image, plain, factor, isInverted: false);
        Scan(image, inverted, factor, isInverted: true);
    }

    private void Scan(GreyImage image, BinaryImage binary, int factor, bool isInverted)
    {
        if (IsExhausted)
            return;
        var patterns = FinderPatternDetector.Find(binary);
        patterns.RemoveAll(pattern => IsRead(pattern.Middle, factor));
        if (patterns.Count < 3)
            return;
        foreach (var location in CodeLocator.Locate(binary, patterns))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsExhausted)
                return;
            if (!Middles(location).Any(middle => IsRead(middle, factor)) && Read(location, image, isInverted) is var (text, corners))
                Add(new QrSymbol(text, corners.Map(point => (point.X * factor, point.Y * factor))), location, factor);
        }
    }

    private (string Text, Quad Corners)? Read(CodeLocation location, GreyImage image, bool isInverted)
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
                if (_decoder.Read(filter(grid), out var isMirrored) is not { } text)
                    continue;
                var (a, b, c, d) = refined.Corners;
                return (text, isMirrored ? new Quad(a, d, c, b) : new Quad(a, b, c, d));
            }
        }

        return null;
    }

    private void Add(QrSymbol symbol, CodeLocation location, int factor)
    {
        var module = location.Scale * factor / (location.Modules - 7);
        foreach (var (x, y) in Middles(location))
            _readPatterns.Add(new FinderPattern(x * factor, y * factor, module, 1));
        // One code may lie within another, but not with the same text.
        if (!Found.Exists(other => other.Text == symbol.Text && other.Corners.IsSameCode(symbol.Corners)))
            Found.Add(symbol);
    }

    // A finder pattern belongs to one code, so that no other location with it is tried.
    private bool IsRead((double X, double Y) middle, int factor)
    {
        var (x, y) = (middle.X * factor, middle.Y * factor);
        return _readPatterns.Exists(pattern =>
            Math.Abs(x - pattern.X) < 3 * pattern.Module && Math.Abs(y - pattern.Y) < 3 * pattern.Module);
    }

    private static (double X, double Y)[] Middles(CodeLocation location)
    {
        var far = location.Modules - 3.5;
        return [location.ToImage((3.5, 3.5)), location.ToImage((far, 3.5)), location.ToImage((3.5, far))];
    }
}
