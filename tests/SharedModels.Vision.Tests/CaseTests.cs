using System.Text.Json;
using SharedModels.Vision.Imaging;

namespace SharedModels.Vision.Tests;

/// <summary>Tests files from other people that were once read incorrectly.</summary>
public sealed class CaseTests
{
    private const string Folder = "cases/vision";

    // The texts that the manifest describes.
    private static readonly Dictionary<string, string[]> Texts = new()
    {
        ["qr-halfwidth-kana.png"] = ["ﾃﾞｻﾞｲﾝQR\r\nhttp://d-qr.net/ex/"],
        ["qr-halfwidth-kana-and-kanji.png"] = ["<ﾃﾞｻﾞｲﾝQR> \r\nｲﾗｽﾄ入りｶﾗｰQRｺｰﾄﾞ\r\nhttp://d-qr.net/ex/ "],
        ["qr-eci29-gb18030.png"] = ["中国银行 abc"],
        ["qr-eci22-cp1251.png"] = ["Привет мир"],
        ["qr-eci25-utf16be.png"] = ["Hello Ω"],
        ["qr-transparent-background.png"] = ["https://example.org/hello"],
        ["qr-hanzi-mode.png"] = ["\u0001\u0010AD:SUB:阿;;"],
        ["qr-sheet-12-codes-tilted-15.png"] = [.. Enumerable.Range(0, 12).Select(i => $"LABEL-{i:0000}-ABC")],
    };

    private static readonly Dictionary<string, string[]> Beginnings = new()
    {
        ["qr-eci-mixed.jpg"] = ["Latin1\t"],
        ["qr-structured-append-1of4.png"] = ["initrd vs initramfs"],
        ["qr-photo-12.19mpx.jpg"] = ["ABC 123456789 ", "Version 1 QR", "Version 2 QR Code Test Image"],
        ["qr-photo-12.19mpx-cropped-to-12.00mpx-is-read.jpg"] = ["ABC 123456789 ", "Version 1 QR", "Version 2 QR Code Test Image"],
        ["qr-v40-1px-no-margin.png"] = ["THROUGH THE LOOKING-GLASS"],
        ["qr-double-concentric.png"] = ["[内側QRコード]", "[外側QRコード]"],
    };

    // The last two have tests of their own here, and the others in CheckpointLayoutTests. The script creates the layout that
    // A_snapshot_of_links_loads_by_its_path_and_by_its_name creates.
    private static readonly string[] Others =
    [
        "hf-cache-symlinks.sh", "checkpoint-v5-layout", "checkpoint-v5-tokenizer-json-only", "checkpoint-model_max_length-1e30",
        "zero-sized-tensor.safetensors", "detect-1x16384.png", "png-orientation-in-raw-profile.png",
    ];

    [SharedFact(Folder)]
    public void Codes_have_the_texts_of_the_manifest()
    {
        var wrong = new List<string>();
        foreach (var (file, texts) in Texts)
            Check(file, texts, static (text, expected) => text == expected);
        foreach (var (file, texts) in Beginnings)
            Check(file, texts, static (text, expected) => text.StartsWith(expected, StringComparison.Ordinal));
        Assert.Empty(wrong);

        void Check(string file, string[] expected, Func<string, string, bool> isSame)
        {
            var found = Read(file).Select(code => code.Text).Order(StringComparer.Ordinal).ToList();
            if (found.Count != expected.Length || !expected.All(text => found.Exists(other => isSame(other, text))))
                wrong.Add($"{file}: {string.Join(" | ", found)}");
        }
    }

    [SharedFact(Folder)]
    public void Every_input_in_the_manifest_is_checked()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Shared(Folder, "manifest.json")));
        var files = manifest.RootElement.EnumerateArray().Select(entry => entry.GetProperty("file").GetString()!);
        Assert.Equal(files.Order(StringComparer.Ordinal), Texts.Keys.Concat(Beginnings.Keys).Concat(Others).Order(StringComparer.Ordinal));
    }

    [SharedFact(Folder)]
    public void Part_of_a_message_has_its_place() =>
        Assert.Equal((0, 4), Read("qr-structured-append-1of4.png")[0].StructuredAppend is { } part ? (part.Index, part.Count) : default);

    [SharedFact(Folder)]
    public void Png_is_rotated_according_to_its_raw_profile()
    {
        var file = File.ReadAllBytes(TestFiles.Shared(Folder, "png-orientation-in-raw-profile.png"));
        using var stored = SkiaSharp.SKBitmap.Decode(file);
        var image = new ImageDecoder().Decode(file);
        var corner = stored.GetPixel(stored.Width - 1, stored.Height - 1);
        Assert.Equal([corner.Red, corner.Green, corner.Blue], image.Row(0)[..3].ToArray());
    }

    // ImageProcessorPropertyTests limits the work for an image of this shape.
    [SharedFact(Folder)]
    public async Task Image_of_one_column_is_searched()
    {
        using var model = new Owlv2(new Owlv2Options { Checkpoint = TestFiles.InRepository("samples", "VisionApi", "demo-checkpoint") });
        await model.LoadAsync(default);
        var image = TestFiles.Image(TestFiles.Shared(Folder, "detect-1x16384.png"));
        Assert.Equal((1, 16_384), (image.Width, image.Height));
        Assert.NotEmpty(model.Detect(image, ["a star"], confidence: 0, nmsThreshold: 1));
    }

    private static QrDetections Read(string file) => new QrReader().Detect(
        new ImageDecoder().Decode(File.ReadAllBytes(TestFiles.Shared(Folder, file)), Transparency.ContrastingBackground));
}
