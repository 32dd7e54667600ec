using System.Globalization;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>
/// Images of other readers' test suites. QR_SUITES names a folder with one folder for each suite, and <c>without-codes</c> for images
/// that contain no QR code. They are not part of this repository: see eng/qr/README.md.
/// </summary>
internal static class PublicSuites
{
    private const string WithoutCodes = "without-codes";

    public static void Run(Report report)
    {
        if (Environment.GetEnvironmentVariable("QR_SUITES") is not { Length: > 0 } folder)
        {
            report.Text("The public suites were not read: QR_SUITES does not name their folder. See eng/qr/README.md.");
            return;
        }

        IQrBaseline[] all = [new SharedModelsBaseline(), new ZXingBaseline(), new ZbarBaseline(), new JsQrBaseline()];
        foreach (var reader in all.Where(static reader => !reader.IsAvailable))
            report.Text($"{reader.Name} is not installed and was not run.");
        var readers = all.Where(static reader => reader.IsAvailable).ToArray();
        string[] names = [.. readers.Select(static reader => reader.Name)];
        var (known, details) = (new List<string[]>(), new List<string>());

        report.Text("Images of public suites:");
        report.Table(["suite", "images", .. names, "only others", "only ours", "unconfirmed"]);
        foreach (var suite in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(suite) != WithoutCodes)
                known.Add(Compare(report, suite, readers, details));
        }

        report.Text(
            "Different texts of an image, summed over the images: for each reader how many it read, then how many only others read, and "
            + "how many only SharedModels read. The last column counts those of them that the suite does not list and that no other reader "
            + "read in another image. All readers get the same upright pixels.");
        report.Text("Texts compared with the texts that the suites list, as right / wrong:");
        report.Table(["suite", "images with a listed text", .. names]);
        foreach (var row in known)
            report.Cells(row);
        CountFalseTexts(report, Path.Combine(folder, WithoutCodes), readers, details);
        if (Environment.GetEnvironmentVariable("QR_DETAILS") is { Length: > 0 })
            details.ForEach(report.Text);
    }

    private static string[] Compare(Report report, string suite, IQrBaseline[] readers, List<string> details)
    {
        var (images, listed, onlyOthers) = (0, 0, 0);
        var (confirmed, onlyOurs) = (new HashSet<string>(), new List<(string Image, string Text)>());
        var (counts, right, wrong) = (new int[readers.Length], new int[readers.Length], new int[readers.Length]);
        foreach (var image in SuiteImage.ReadAll(suite, readers))
        {
            images++;
            var others = image.Texts[1..].SelectMany(static read => read).Select(Comparable).ToHashSet();
            var ours = image.Texts[0].Select(Comparable).ToHashSet();
            onlyOthers += others.Count(text => !ours.Contains(text));
            confirmed.UnionWith(others);
            var name = Path.GetRelativePath(suite, image.File);
            onlyOurs.AddRange(ours.Where(text => !others.Contains(text)).Select(text => (name, text)));
            if (!others.SetEquals(ours))
                details.Add($"`{name}`: only others {Join(others.Except(ours))} : only ours {Join(ours.Except(others))}");
            var text = KnownText.Of(image.File);
            if (text is not null)
            {
                listed++;
                confirmed.Add(Comparable(text));
            }

            for (var i = 0; i < readers.Length; i++)
            {
                var texts = image.Texts[i].Select(KnownText.Normalize).ToList();
                counts[i] += texts.Count;
                if (text is null)
                    continue;
                right[i] += texts.Contains(text) ? 1 : 0;
                wrong[i] += texts.Count(read => read != text);
                if (i == 0)
                    details.AddRange(
                        texts.Where(read => read != text).Select(read => $"`{name}`: '{Shorten(read)}' for '{Shorten(text)}'"));
            }
        }

        var unconfirmed = onlyOurs.Where(read => !confirmed.Contains(read.Text)).ToList();
        details.AddRange(unconfirmed.Select(static read => $"`{read.Image}`: '{Shorten(read.Text)}' is unconfirmed"));
        report.Cells([
            Path.GetFileName(suite), Text(images), .. counts.Select(Text),
            Text(onlyOthers), Text(onlyOurs.Count), Text(unconfirmed.Count)]);
        return [Path.GetFileName(suite), Text(listed), .. right.Zip(wrong, static (yes, no) => $"{Text(yes)} / {Text(no)}")];
    }

    private static void CountFalseTexts(Report report, string folder, IQrBaseline[] readers, List<string> details)
    {
        if (!Directory.Exists(folder))
            return;
        var (images, counts) = (0, new int[readers.Length]);
        foreach (var image in SuiteImage.ReadAll(folder, readers))
        {
            images++;
            for (var i = 0; i < readers.Length; i++)
                counts[i] += image.Texts[i].Count;
            details.AddRange(image.Texts[0].Select(text => $"`{Path.GetRelativePath(folder, image.File)}`: false text '{Shorten(text)}'"));
        }

        report.Text("False texts, in images without a QR code:");
        report.Table(["images", .. readers.Select(static reader => reader.Name)]);
        report.Cells([Text(images), .. counts.Select(Text)]);
    }

    // Readers guess different encodings, which are not compared here. Characters outside ASCII are ignored.
    private static string Comparable(string text) => new([.. text.Where(static character => character is > ' ' and < '\u007F')]);

    private static string Join(IEnumerable<string> texts) => string.Join(" | ", texts.Select(Shorten));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Shorten(string text) => text.Length <= 30 ? text : text[..30] + "…";
}
