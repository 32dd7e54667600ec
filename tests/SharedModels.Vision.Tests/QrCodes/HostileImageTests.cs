using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.QrCodes.Locating;
using SharedModels.Vision.Tests.QrCodes.Locating;
using SharedModels.Vision.QrCodes;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Tests images that are designed to keep a reader busy. The search ends, and nothing is read from them.</summary>
public class HostileImageTests
{
    // Each search takes a second or two. The limit makes an endless search fail.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Scenes => new(Pixels.Keys);

    private static Dictionary<string, Func<Random, Func<int, int, bool>>> Pixels { get; } = new(StringComparer.Ordinal)
    {
        ["finder patterns side by side"] = _ => (x, y) => IsDarkInTile(x, y, 4, 9),
        ["finder patterns of single pixels"] = _ => (x, y) => IsDarkInTile(x, y, 1, 8),
        ["finder patterns that stand apart"] = _ => (x, y) => IsDarkInTile(x, y, 3, 14),
        ["noise"] = random => (_, _) => random.Next(2) == 0,
        ["checkerboard of pixels"] = _ => (x, y) => (x + y) % 2 == 0,
        ["checkerboard of squares"] = _ => (x, y) => (x / 7 + y / 7) % 2 == 0,
        ["stripes in a finder pattern's proportions"] = _ => (x, _) => IsDarkInTile(x, 4, 1, 9),
        ["stripes across"] = _ => (_, y) => IsDarkInTile(4, y, 1, 9),
        ["codes whose data are noise"] = random =>
        {
            var code = DrawnCode.OfText("spoilt", 2);
            return (x, y) =>
            {
                var (column, row) = (x / 3 % 31 - 3, y / 3 % 31 - 3);
                if (column is < 0 or >= 25 || row is < 0 or >= 25)
                    return false;
                var isFixed = column == 6 || row == 6 || (column < 9 && (row < 9 || row > 16)) || (column > 16 && row < 9);
                return isFixed ? code.Pixels[row * 25 + column] == 0 : (x / 3 * 7919 + y / 3 * 104729) * 31 % 97 < 48;
            };
        },
    };

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Search_ends_without_a_text(string scene)
    {
        const int Side = 720;
        var isDark = Pixels[scene](new Random(1));
        var image = new GrayImage(Side, Side, new byte[Side * Side]);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = isDark(i % Side, i / Side) ? (byte)0 : byte.MaxValue;
        using var timeout = new CancellationTokenSource(Limit);

        Assert.Empty(new QrReader().Detect(Camera.ToRgb(image), timeout.Token));
    }

    [Fact]
    public void Noise_of_twelve_megapixels_ends()
    {
        var rgb = new byte[4000 * 3000 * 3];
        new Random(2).NextBytes(rgb);
        using var timeout = new CancellationTokenSource(Limit);

        Assert.Empty(new QrReader().Detect(new RgbImage(4000, 3000, rgb), timeout.Token));
    }

    [Fact]
    public void Number_of_locations_among_900_finder_patterns_is_bounded()
    {
        var image = new GrayImage(1080, 1080, new byte[1080 * 1080]);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = IsDarkInTile(i % 1080, i / 1080, 4, 9) ? (byte)0 : byte.MaxValue;
        var binary = BinaryImage.From(image, 64);
        var patterns = Located.Patterns(binary);

        Assert.Equal(FinderPatternDetector.MaxPatterns, patterns.Count);
        Assert.InRange(Located.In(binary, patterns).Count(), 0, CodeLocator.MaxTriples);
    }

    [Fact]
    public void Exhausted_work_limit_ends_all_further_scans()
    {
        var code = DrawnCode.OfText("spoilt", 40);
        var random = new Random(4);
        for (var i = 0; i < code.Pixels.Length; i++)
        {
            var (column, row) = (i % 177, i / 177);
            if (column > 8 && row > 8 && random.Next(3) == 0)
                code.Pixels[i] ^= byte.MaxValue;
        }

        var image = DrawnCode.Enlarge(code, 2);
        var scanner = new CodeScanner(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
        for (var scans = 0; !scanner.IsExhausted; scans++)
        {
            Assert.InRange(scans, 0, 20);
            scanner.Scan(image, 1, 16);
        }

        scanner.Scan(DrawnCode.Enlarge(DrawnCode.OfText("whole"), 4), 1, 16);

        Assert.Empty(scanner.Found);
    }

    [Fact]
    public void Images_of_all_shapes_are_searched()
    {
        var random = new Random(6);
        foreach (var (width, height) in new[] { (1, 1), (1, 5000), (5000, 1), (2, 3), (7, 7), (21, 21), (16384, 2) })
        {
            var rgb = new byte[width * height * 3];
            random.NextBytes(rgb);

            Assert.Empty(new QrReader().Detect(new RgbImage(width, height, rgb)));
        }
    }

    [Fact]
    public void Damaged_images_of_codes_give_the_text_or_nothing()
    {
        var random = new Random(12);
        var whole = DrawnCode.Enlarge(DrawnCode.OfText("https://example.org/spoilt", 3), 4);
        for (var round = 0; round < 60; round++)
        {
            var image = new GrayImage(whole.Width, whole.Height, [.. whole.Pixels]);
            for (var blots = random.Next(1, 25); blots > 0; blots--)
            {
                var (left, top, size) = (random.Next(image.Width), random.Next(image.Height), random.Next(1, 30));
                var value = (byte)random.Next(256);
                for (var y = top; y < Math.Min(top + size, image.Height); y++)
                    image.Pixels.AsSpan(y * image.Width + left, Math.Min(size, image.Width - left)).Fill(value);
            }

            foreach (var detection in new QrReader().Detect(Camera.ToRgb(image)))
                Assert.Equal("https://example.org/spoilt", detection.Text);
        }
    }

    private static bool IsDarkInTile(int x, int y, int module, int period) =>
        Drawing.IsDarkInFinder(x % (period * module) / module - 4, y % (period * module) / module - 4);
}
