using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Tests images that are composed of codes.</summary>
public class QrReaderScenesTests
{
    private readonly QrReader _reader = new();
    private readonly GrayImage _code = GrayImage.From(QrFixture.Of("clean-03.png").Decode(), 1);
    private readonly string _text = QrFixture.Of("clean-03.png").Texts[0];

    [Fact]
    public void Same_code_twice_is_reported_twice()
    {
        var scene = Scene(600, 300);
        Drawing.Paste(scene, _code, 10, 10);
        Drawing.Paste(scene, _code, 320, 30);

        var detections = _reader.Detect(Camera.ToRgb(scene)).OrderBy(detection => detection.Center.X).ToArray();

        Assert.Equal([_text, _text], detections.Select(detection => detection.Text));
        Assert.InRange(detections[1].Center.X - detections[0].Center.X, 307, 313);
        Assert.InRange(detections[1].Center.Y - detections[0].Center.Y, 17, 23);
    }

    [Fact]
    public void Inverted_code_next_to_a_plain_one_is_read_too()
    {
        var scene = Scene(600, 300);
        Drawing.Paste(scene, _code, 10, 10);
        Drawing.Paste(scene, GrayImage.From(QrFixture.Of("clean-02.png").Decode(), 1).Invert(), 310, 10);

        var texts = _reader.Detect(Camera.ToRgb(scene)).Select(detection => detection.Text).Order();

        Assert.Equal(new[] { _text, QrFixture.Of("clean-02.png").Texts[0] }.Order(), texts);
    }

    [Fact]
    public void Tilted_code_next_to_a_plain_one_is_read_too()
    {
        var scene = Scene(600, 300);
        Drawing.Paste(scene, GrayImage.From(QrFixture.Of("clean-02.png").Decode(), 1), 10, 10);
        Drawing.Paste(scene, Camera.Tilt(_code, 0.3, new Random(1)), 310, 10);

        var texts = _reader.Detect(Camera.ToRgb(scene)).Select(detection => detection.Text);

        Assert.Contains(_text, texts);
    }

    // The finder patterns are clean, but the other modules have more errors than the code can correct without the median of their pixels.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Code_that_only_a_filter_reads_is_read_next_to_a_clean_one(int seed)
    {
        const int Module = 6;
        var random = new Random(seed);
        var modules = DrawnCode.OfText("salted", 6);
        var salted = DrawnCode.Enlarge(modules, Module);
        for (var i = 0; i < salted.Pixels.Length; i++)
        {
            var (x, y) = (i % salted.Width / Module - 4, i / salted.Width / Module - 4);
            if (Math.Min(x, y) > 6 && Math.Max(x, y) < modules.Width && random.Next(100) < 30)
                salted.Pixels[i] ^= byte.MaxValue;
        }

        var scene = Scene(2 * salted.Width, salted.Height);
        Drawing.Paste(scene, DrawnCode.Enlarge(DrawnCode.OfText("clean", 6), Module), 0, 0);
        Drawing.Paste(scene, salted, salted.Width, 0);
        var found = _reader.Detect(Camera.ToRgb(scene));

        Assert.Equal(["clean", "salted"], found.Select(detection => detection.Text).Order(StringComparer.Ordinal));
        Assert.Equal(QrSearchLimits.None, found.LimitsReached);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(45)]
    [InlineData(100)]
    [InlineData(180)]
    [InlineData(275)]
    public void Polygon_turns_with_the_code(double degrees)
    {
        var (width, height) = (400, 400);
        var turned = Drawing.Draw(width, height, (x, y) =>
        {
            var (sourceX, sourceY) = Drawing.Turn(x - 200, y - 200, -degrees);
            return Math.Abs(sourceX) < _code.Width / 2 && Math.Abs(sourceY) < _code.Height / 2
                && _code.Sample(sourceX + _code.Width / 2.0, sourceY + _code.Height / 2.0) < 128;
        });

        var detection = Assert.Single(_reader.Detect(Camera.ToRgb(turned)));

        Assert.Equal(_text, detection.Text);
        var corners = QrFixture.Of("clean-03.png").Codes[0].Corners!;
        for (var i = 0; i < 4; i++)
        {
            var (x, y) = Drawing.Turn(corners[i][0] - _code.Width / 2.0, corners[i][1] - _code.Height / 2.0, degrees);
            Assert.InRange(detection.Polygon[i].X - (200 + x), -5, 5);
            Assert.InRange(detection.Polygon[i].Y - (200 + y), -5, 5);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Enlarged_code_is_read(int times)
    {
        var large = Drawing.Draw(_code.Width * times, _code.Height * times, (x, y) => _code.Sample(x / times, y / times) < 128);

        Assert.Equal(_text, Assert.Single(_reader.Detect(Camera.ToRgb(large))).Text);
    }

    [Fact]
    public void Half_a_code_is_not_read()
    {
        var half = Scene(_code.Width, _code.Height);
        Drawing.Paste(half, _code, 0, 0);
        half.Pixels.AsSpan(half.Pixels.Length / 2).Fill(byte.MaxValue);

        Assert.Empty(_reader.Detect(Camera.ToRgb(half)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mirrored_code_has_its_corners_in_its_own_order(bool isInverted)
    {
        var mirrored = new GrayImage(_code.Width, _code.Height, new byte[_code.Pixels.Length]);
        for (var i = 0; i < mirrored.Pixels.Length; i++)
            mirrored.Pixels[i] = _code.Pixels[i / _code.Width * _code.Width + _code.Width - 1 - i % _code.Width];

        var detection = Assert.Single(_reader.Detect(Camera.ToRgb(isInverted ? mirrored.Invert() : mirrored)));

        Assert.Equal(_text, detection.Text);
        var corners = QrFixture.Of("clean-03.png").Codes[0].Corners!;
        for (var i = 0; i < 4; i++)
        {
            Assert.InRange(detection.Polygon[i].X - (_code.Width - corners[i][0]), -3, 3);
            Assert.InRange(detection.Polygon[i].Y - corners[i][1], -3, 3);
        }
    }

    private static GrayImage Scene(int width, int height)
    {
        var scene = new GrayImage(width, height, new byte[width * height]);
        scene.Pixels.AsSpan().Fill(byte.MaxValue);
        return scene;
    }
}
