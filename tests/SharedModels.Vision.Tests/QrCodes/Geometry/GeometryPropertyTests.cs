using System.Text;
using SharedModels.Vision.QrCodes.Decoding;
using SharedModels.Vision.QrCodes.Geometry;

namespace SharedModels.Vision.Tests.QrCodes.Geometry;

/// <summary>Tests the invariants of random projective maps, lines, quadrilaterals and texts.</summary>
public sealed class GeometryPropertyTests
{
    private static readonly (double X, double Y)[] Square = [(0, 0), (1, 0), (1, 1), (0, 1)];

    [Fact]
    public void A_map_followed_by_another_is_the_map_of_both()
    {
        var random = new Random(1);
        for (var i = 0; i < 100; i++)
        {
            var (middle, last) = (Corners(random), Corners(random));
            var (first, second, both) = (Fit(Square, middle), Fit(middle, last), Fit(Square, last));
            var point = (random.NextDouble(), random.NextDouble());
            AssertNear(both.Map(point), second.Map(first.Map(point)));
        }
    }

    [Fact]
    public void Points_on_a_line_stay_on_a_line()
    {
        var random = new Random(2);
        for (var i = 0; i < 100; i++)
        {
            var map = Fit(Square, Corners(random));
            var (ax, ay, bx, by) = (random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble());
            var points = new[] { 0, 0.2, 0.5, 0.9 }.Select(t => map.Map((ax + t * (bx - ax), ay + t * (by - ay)))).ToList();
            var line = Line.Fit(points);
            Assert.All(points, point => Assert.InRange(line.Distance(point), 0, 1e-9));
        }
    }

    [Fact]
    public void More_points_of_one_map_give_the_same_map()
    {
        var random = new Random(3);
        for (var i = 0; i < 50; i++)
        {
            var map = Fit(Square, Corners(random));
            var points = Enumerable.Range(0, 12).Select(_ => (X: random.NextDouble(), Y: random.NextDouble())).ToArray();
            var again = Fit(points, [.. points.Select(map.Map)]);
            Assert.All(Square, corner => AssertNear(map.Map(corner), again.Map(corner)));
        }
    }

    [Fact]
    public void Lines_of_two_sides_meet_in_their_corner()
    {
        var random = new Random(4);
        for (var i = 0; i < 100; i++)
        {
            var c = Corners(random);
            AssertNear(c[1], Line.Fit([c[0], c[1]]).Meet(Line.Fit([c[1], c[2]])));
            AssertNear(c[1], Line.Fit([c[1], c[2]]).Meet(Line.Fit([c[0], c[1]])));
        }
    }

    [Fact]
    public void A_projected_square_is_convex_and_contains_its_middle()
    {
        var random = new Random(5);
        for (var i = 0; i < 100; i++)
        {
            var c = Corners(random);
            var quad = new Quad(c[0], c[1], c[2], c[3]);
            Assert.True(quad.IsConvex && quad.SignedArea > 0 && quad.Contains(quad.Middle) && quad.IsSameCode(quad));
            var mirrored = new Quad(c[3], c[2], c[1], c[0]);
            Assert.Equal(-quad.SignedArea, mirrored.SignedArea, 9);
            Assert.True(mirrored.IsConvex && mirrored.Contains(quad.Middle));
            Assert.False(new Quad(c[0], c[2], c[1], c[3]).IsConvex);
            var far = quad.Map(p => (p.X + 9, p.Y));
            Assert.False(quad.IsSameCode(far) || far.IsSameCode(quad));
        }
    }

    [Fact]
    public void A_text_in_utf8_is_read_as_it_was_written()
    {
        var random = new Random(6);
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => RandomRune(random).ToString()));
            Assert.Equal(text, QrText.Decode(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Fact]
    public void A_text_in_latin_1_is_read_as_it_was_written()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            // An accented letter before an ASCII letter is not valid UTF-8, and no byte is in the range that only Shift-JIS uses.
            var text = string.Concat(
                Enumerable.Range(0, random.Next(1, 10)).Select(_ => $"{(char)random.Next(0xc0, 0x100)}{(char)random.Next('a', 'z')}"));
            Assert.Equal(text, QrText.Decode(Encoding.Latin1.GetBytes(text)));
        }
    }

    [Fact]
    public void A_text_in_kana_is_read_from_shift_jis()
    {
        var (random, shiftJis) = (new Random(8), CodePagesEncodingProvider.Instance.GetEncoding(932)!);
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => (char)random.Next(0x3041, 0x3094)));
            Assert.Equal(text, QrText.Decode(shiftJis.GetBytes(text)));
        }
    }

    private static Rune RandomRune(Random random)
    {
        int[] bases = [0x20, 0xa0, 0x370, 0x3040, 0x4e00, 0xac00, 0x1f600];
        return new Rune(bases[random.Next(bases.Length)] + random.Next(64));
    }

    private static Homography Fit((double X, double Y)[] from, (double X, double Y)[] to) => Homography.Fit(from, to)!;

    // A square whose corners are each moved slightly, so that it stays convex.
    private static (double X, double Y)[] Corners(Random random) =>
        [.. Square.Select(corner => (corner.X + 0.3 * random.NextDouble() - 0.15, corner.Y + 0.3 * random.NextDouble() - 0.15))];

    private static void AssertNear((double X, double Y) expected, (double X, double Y) actual)
    {
        Assert.Equal(expected.X, actual.X, 6);
        Assert.Equal(expected.Y, actual.Y, 6);
    }
}
