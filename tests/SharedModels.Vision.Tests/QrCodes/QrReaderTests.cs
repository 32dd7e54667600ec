using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes.Filtering;
using SharedModels.Vision.Tests.QrCodes.Geometry;

namespace SharedModels.Vision.Tests.QrCodes;

public class QrReaderTests
{
    private readonly QrReader _reader = new();

    [Fact]
    public void Detection_gives_text_corners_box_and_middle()
    {
        var detection = Assert.Single(_reader.Detect(QrFixture.Of("clean-01.jpg").Decode()));

        Assert.Equal("0KR$:QO64RRVXNOMA-%VA", detection.Text);
        Assert.Equal(1, detection.Confidence);
        Assert.Equal(4, detection.Polygon.Count);
        (float X, float Y)[] truth = [(36, 36), (120, 36), (120, 120), (36, 120)];
        Assert.All(detection.Polygon.Zip(truth), pair =>
        {
            Assert.InRange(pair.First.X - pair.Second.X, -3, 3);
            Assert.InRange(pair.First.Y - pair.Second.Y, -3, 3);
        });
        var box = detection.BoundingBox;
        Assert.Equal(new ImagePoint((box.XMin + box.XMax) / 2, (box.YMin + box.YMax) / 2), detection.Center);
        Assert.All(detection.Polygon, point =>
            Assert.True(point.X >= box.XMin && point.X <= box.XMax && point.Y >= box.YMin && point.Y <= box.YMax));
    }

    [Fact]
    public void Polygon_starts_at_the_codes_own_top_left_in_any_rotation()
    {
        var upright = QrFixture.Of("clean-01.jpg").Decode();
        var expected = _reader.Detect(upright)[0].Polygon;

        var turned = new ExifOrientation(6).Apply(upright.Width, upright.Height, upright.Pixels.ToArray());
        var polygon = Assert.Single(_reader.Detect(turned)).Polygon;

        // A clockwise quarter turn maps (x, y) to (height - y, x).
        Assert.All(polygon.Zip(expected), pair =>
        {
            Assert.InRange(pair.First.X - (upright.Height - pair.Second.Y), -3, 3);
            Assert.InRange(pair.First.Y - pair.Second.X, -3, 3);
        });
    }

    [Fact]
    public void Corners_in_a_reduced_image_are_in_pixels_of_the_whole_one()
    {
        var small = QrFixture.Of("clean-03.png");
        var source = small.Decode();
        const int Times = 16;
        var (width, height) = (source.Width * Times, source.Height * Times);
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width * 3; x++)
                rgb[y * width * 3 + x] = source.Row(y / Times)[x / 3 / Times * 3 + x % 3];
        }

        var detection = Assert.Single(_reader.Detect(new RgbImage(width, height, rgb)));

        Assert.Equal(small.Texts[0], detection.Text);
        var truth = small.Codes[0].Corners!.Select(corner => (corner[0] * Times, corner[1] * Times)).ToArray();
        Assert.InRange(
            Polygons.IntersectionOverUnion([.. detection.Polygon.Select(point => ((double)point.X, (double)point.Y))], truth), 0.95, 1);
    }

    [Fact]
    public void Several_images_are_read_in_their_order()
    {
        string[] files = ["multi-01.png", "none-01.png", "clean-02.png"];

        var results = _reader.Detect([.. files.Select(file => QrFixture.Of(file).Decode())]);

        Assert.Equal(
            files.Select(file => QrFixture.Of(file).Texts.Order().ToArray()),
            results.Select(detections => detections.Select(detection => detection.Text).Order().ToArray()));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(1, 300)]
    [InlineData(9, 9)]
    public void Image_too_small_for_a_code_has_none(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        new Random(3).NextBytes(rgb);

        Assert.Empty(_reader.Detect(new RgbImage(width, height, rgb)));
    }

    [Fact]
    public void Texture_of_finder_patterns_has_no_code()
    {
        var tile = new GrayImage(360, 360, new byte[360 * 360]);
        for (var i = 0; i < tile.Pixels.Length; i++)
        {
            var ring = Math.Max(Math.Abs(i % 36 / 4 - 4), Math.Abs(i / 360 % 36 / 4 - 4));
            tile.Pixels[i] = ring is 2 or 4 ? byte.MaxValue : (byte)0;
        }

        Assert.Empty(_reader.Detect(Camera.ToRgb(tile)));
    }

    [Fact]
    public async Task Many_threads_can_use_one_reader()
    {
        string[] files = ["multi-02.jpg", "noise-01.png", "perspective-02.jpg", "none-03.png"];
        var images = files.Select(file => QrFixture.Of(file).Decode()).ToArray();
        var expected = images.Select(image => Describe(_reader.Detect(image))).ToArray();

        var results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => images.Select(image => Describe(_reader.Detect(image))).ToArray())));

        Assert.All(results, result => Assert.Equal(expected, result));

        static string Describe(IReadOnlyList<QrDetection> detections) =>
            string.Join('\n', detections.Select(detection => $"{detection.Text} {string.Join(' ', detection.Polygon)}"));
    }

    [Fact]
    public void Canceled_token_ends_the_search() =>
        Assert.Throws<OperationCanceledException>(
            () => _reader.Detect(QrFixture.Of("none-01.png").Decode(), new CancellationToken(canceled: true)));

    [Fact]
    public async Task Loading_succeeds_and_takes_no_memory()
    {
        await _reader.LoadAsync(CancellationToken.None);

        Assert.Equal(default, _reader.Footprint);
    }

    [Fact]
    public async Task Loading_ends_when_its_token_is_canceled() =>
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _reader.LoadAsync(new CancellationToken(canceled: true)));

    [Fact]
    public async Task Only_the_cpu_is_supported()
    {
        await _reader.ToAsync(Device.Cpu, CancellationToken.None);

        var exception = await Assert.ThrowsAsync<NotSupportedException>(
            async () => await _reader.ToAsync(Device.Cuda(0), CancellationToken.None));
        Assert.Contains("cuda:0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_is_marked_for_the_cpu()
    {
        var attribute = Assert.Single(
            typeof(QrReader).GetCustomAttributes(typeof(SharedModelAttribute), inherit: false).Cast<SharedModelAttribute>());

        Assert.Equal(("qr-reader", DevicePreference.Cpu), (attribute.Id, attribute.Device));
    }

    [SharedFact("fixtures/qr/upstream")]
    public void Images_of_the_original_tool_are_read_as_its_own_tests_expect()
    {
        var decoder = new ImageDecoder();

        Assert.Equal("This is a tes", Read("001.jpeg")[0].Text);
        Assert.Equal("This is a tes", Read("002.jpeg")[0].Text);
        Assert.Empty(Read("empty.png"));

        IReadOnlyList<QrDetection> Read(string file) =>
            _reader.Detect(decoder.Decode(File.ReadAllBytes(TestFiles.Shared("fixtures", "qr", "upstream", file))));
    }
}
