using System.Globalization;
using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>
/// The pictures of other readers' test suites, which QR_SUITES names a folder of, one folder for each suite. They are not part of this
/// repository: eng/qr/README.md says where they are from.
/// </summary>
internal static class PublicSuites
{
    private static readonly ImageDecoder Decoder = new(new ImageDecoderOptions { MaxPixels = 200_000_000 });

    public static void Run(Report report)
    {
        if (Environment.GetEnvironmentVariable("QR_SUITES") is not { Length: > 0 } folder)
        {
            report.Text("The public suites were not read, because QR_SUITES does not name a folder. eng/qr/README.md lists them.");
            return;
        }

        IQrBaseline[] readers = [new SharedModelsBaseline(), new ZXingBaseline(), new ZbarBaseline(), new JsQrBaseline()];
        foreach (var reader in readers.Where(static reader => !reader.IsAvailable))
            report.Text($"{reader.Name} is not here and was not run.");
        readers = [.. readers.Where(static reader => reader.IsAvailable)];
        report.Text("Images of other projects:");
        report.Table(["suite", "images", .. readers.Select(static reader => reader.Name), "only others", "only ours"]);
        var (disagreements, all) = (new List<string>(), 0);
        foreach (var suite in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            all += Run(report, suite, readers, disagreements);
        report.Text(
            "The table counts the different texts of each image, summed over the images: the texts of each reader, the texts that only "
            + "other readers read, and the texts that only SharedModels read. All readers get the same upright pixels. SharedModels read "
            + $"{all} texts in all.");
        foreach (var disagreement in disagreements)
            report.Text(disagreement);
    }

    private static int Run(Report report, string suite, IQrBaseline[] readers, List<string> disagreements)
    {
        var (images, onlyOthers, onlyOurs, counts) = (0, 0, 0, new int[readers.Length]);
        foreach (var file in Directory.EnumerateFiles(suite, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Decode(file) is not { } image)
                continue;
            images++;
            var texts = readers.Select(reader => reader.Read(image).ToHashSet()).ToArray();
            for (var i = 0; i < readers.Length; i++)
                counts[i] += texts[i].Count;
            var others = texts[1..].SelectMany(static read => read).Select(Comparable).ToHashSet();
            var ours = texts[0].Select(Comparable).ToHashSet();
            onlyOthers += others.Count(text => !ours.Contains(text));
            onlyOurs += ours.Count(text => !others.Contains(text));
            if (!others.SetEquals(ours) && Environment.GetEnvironmentVariable("QR_DETAILS") is { Length: > 0 })
                disagreements.Add(
                    $"`{Path.GetRelativePath(suite, file)}` {image.Width} x {image.Height}: only others "
                    + $"{Join(others.Except(ours))} : only ours {Join(ours.Except(others))}");
        }

        report.Cells([Path.GetFileName(suite), Text(images), .. counts.Select(Text), Text(onlyOthers), Text(onlyOurs)]);
        return counts[0];
    }

    // Readers differ in the encoding that they guess, which is not the question here: what is not ASCII is left out.
    private static string Comparable(string text) => new([.. text.Where(static character => character is > ' ' and < '\u007F')]);

    private static RgbImage? Decode(string file)
    {
        if (Path.GetExtension(file) is not (".png" or ".jpg" or ".jpeg" or ".webp"))
            return null;
        try
        {
            return Decoder.Decode(File.ReadAllBytes(file), Transparency.ContrastingBackground);
        }
        catch (ImageFormatException)
        {
            return null;
        }
    }

    private static string Join(IEnumerable<string> texts) => string.Join(" | ", texts.Select(Shorten));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Shorten(string text) => text.Length <= 30 ? text : text[..30] + "…";
}
