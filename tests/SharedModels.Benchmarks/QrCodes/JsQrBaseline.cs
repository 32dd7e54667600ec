using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>jsQR 1.4.0, run by Node.js from the folder in the variable JSQR. It reads one code per image.</summary>
internal sealed class JsQrBaseline : IQrBaseline
{
    private const string Script = """
        const jsQR = require('jsqr'), fs = require('fs');
        const [width, height, file] = process.argv.slice(1);
        const found = jsQR(new Uint8ClampedArray(fs.readFileSync(file)), +width, +height);
        console.log(JSON.stringify(found ? [found.data] : []));
        """;

    private readonly string? _folder = Environment.GetEnvironmentVariable("JSQR");

    public string Name => "jsQR 1.4.0";

    public bool IsAvailable => _folder is not null;

    public IEnumerable<string> Read(RgbImage image)
    {
        var file = Path.GetTempFileName();
        try
        {
            var rgba = new byte[image.Width * image.Height * 4];
            for (var i = 0; i < image.Width * image.Height; i++)
            {
                image.Pixels.Slice(3 * i, 3).CopyTo(rgba.AsSpan(4 * i));
                rgba[4 * i + 3] = byte.MaxValue;
            }

            File.WriteAllBytes(file, rgba);
            string[] arguments = ["-e", Script, Text(image.Width), Text(image.Height), file];
            using var process = Process.Start(new ProcessStartInfo("node", arguments)
            {
                RedirectStandardOutput = true,
            UseShellExecute = false,
                WorkingDirectory = _folder,
            })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? JsonSerializer.Deserialize<string[]>(output)! : [];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
