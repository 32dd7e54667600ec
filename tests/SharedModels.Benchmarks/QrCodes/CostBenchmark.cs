using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>The processor time of images that are made to keep a reader busy, at 24 megapixels.</summary>
internal static class CostBenchmark
{
    private const int Width = 6000;
    private const int Height = 4000;
    private const int Rounds = 3;

    private static readonly Dictionary<string, Func<Random, Func<int, int, byte>>> Scenes = new()
    {
        ["white"] = static _ => static (_, _) => 255,
        ["gray noise"] = static random => (_, _) => (byte)random.Next(256),
        ["black and white noise"] = static random => (_, _) => random.Next(2) == 0 ? (byte)0 : (byte)255,
        ["finder patterns side by side, modules of 4 pixels"] = static _ => static (x, y) => Finder(x, y, 4, 9),
        ["finder patterns at a distance, modules of 3 pixels"] = static _ => static (x, y) => Finder(x, y, 3, 14),
        ["finder patterns of single pixels"] = static _ => static (x, y) => Finder(x, y, 1, 8),
        ["finder patterns, modules of 20 pixels"] = static _ => static (x, y) => Finder(x, y, 20, 10),
        ["stripes in a finder pattern's proportions"] = static _ => static (x, _) => Finder(x, 4, 1, 9),
        ["horizontal stripes"] = static _ => static (_, y) => Finder(4, y, 1, 9),
        ["checkerboard of 7 pixels"] = static _ => static (x, y) => (x / 7 + y / 7) % 2 == 0 ? (byte)0 : (byte)255,
        ["smooth waves"] = static _ => static (x, y) => (byte)(128 + 100 * Math.Sin(x * 0.03) * Math.Cos(y * 0.021)),
    };

    public static void Run(Report report)
    {
        var reader = new QrReader();
        foreach (var (name, create) in Scenes)
        {
            var (pixels, rgb) = (create(new Random(1)), new byte[Width * Height * 3]);
            for (var i = 0; i < Width * Height; i++)
                rgb.AsSpan(3 * i, 3).Fill(pixels(i % Width, i / Width));
            var image = new RgbImage(Width, Height, rgb);
            var limits = QrSearchLimits.None;
            var seconds = new double[Rounds];
            for (var round = 0; round < Rounds; round++)
            {
                var before = Environment.CpuUsage.TotalTime;
                limits = reader.Detect(image).LimitsReached;
                seconds[round] = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            }

            report.Row(
                $"24 megapixels: {name}", $"{new Spread(seconds).ToString("0.00")} s of processor time", $"aim 1.0 s; limits: {limits}");
        }
    }

    private static byte Finder(int x, int y, int module, int period)
    {
        var (column, row) = (x % (period * module) / module - 4, y % (period * module) / module - 4);
        return Math.Max(Math.Abs(column), Math.Abs(row)) is <= 1 or 3 ? (byte)0 : (byte)255;
    }
}
