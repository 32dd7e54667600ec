using SharedModels.Vision.QrCodes.Filtering;

namespace SharedModels.Vision.Tests.QrCodes;

/// <summary>Tests that nothing is read from images without a code.</summary>
public class QrReaderNothingTests
{
    public static TheoryData<string> Scenes => new(Draw.Keys);

    private static Dictionary<string, Func<Random, GrayImage>> Draw { get; } = new(StringComparer.Ordinal)
    {
        ["noise"] = random => Each(random, 200, 150, (_, _) => random.Next(256)),
        ["modules at random"] = random =>
        {
            var modules = Enumerable.Range(0, 900).Select(_ => random.Next(2) * 255).ToArray();
            return Each(random, 180, 180, (x, y) => modules[y / 6 * 30 + x / 6]);
        },
        ["gradient"] = random => Each(random, 300, 100, (x, y) => (x + y) * 255 / 400),
        ["rings"] = random => Each(random, 200, 200, (x, y) => (int)Math.Sqrt((x - 99) * (x - 99) + (y - 99) * (y - 99)) / 5 % 2 * 255),
        ["three finder patterns and noise"] = random =>
        {
            var modules = Enumerable.Range(0, 25 * 25).Select(_ => random.Next(2) == 0).ToArray();
            return Drawing.Draw(200, 200, (x, y) =>
            {
                var (u, v) = ((x - 25) / 6, (y - 25) / 6);
                foreach (var (left, top) in new[] { (3.5, 3.5), (21.5, 3.5), (3.5, 21.5) })
                {
                    if (Math.Max(Math.Abs(u - left), Math.Abs(v - top)) <= 4.5)
                        return Drawing.IsDarkInFinder(u - left, v - top);
                }

                return u is >= 0 and < 25 && v is >= 0 and < 25 && modules[(int)v * 25 + (int)u];
            });
        },
    };

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Nothing_is_read(string scene)
    {
        for (var seed = 0; seed < 3; seed++)
            Assert.Empty(new QrReader().Detect(Camera.ToRgb(Draw[scene](new Random(seed)))));
    }

    private static GrayImage Each(Random random, int width, int height, Func<int, int, int> value)
    {
        var shift = random.Next(20);
        return new GrayImage(
            width,
            height,
            [.. Enumerable.Range(0, width * height).Select(i => (byte)Math.Clamp(value(i % width, i / width) + shift, 0, 255))]);
    }
}
