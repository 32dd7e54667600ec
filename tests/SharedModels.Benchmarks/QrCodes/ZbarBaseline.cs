using System.Diagnostics;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>zbarimg, from Debian's package zbar-tools.</summary>
internal sealed class ZbarBaseline : IQrBaseline
{
    public string Name => "zbar";

    public bool IsAvailable { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(static folder => File.Exists(Path.Combine(folder, "zbarimg")));

    public IEnumerable<string> Read(RgbImage image)
    {
        var file = Path.GetTempFileName() + ".ppm";
        try
        {
            using (var stream = File.Create(file))
            {
                stream.Write(Encoding.ASCII.GetBytes($"P6\n{image.Width} {image.Height}\n255\n"));
                stream.Write(image.Pixels);
            }

            using var process = Process.Start(new ProcessStartInfo("zbarimg", ["-q", "--xml", "-Sdisable", "-Sqrcode.enable", file])
            {
                RedirectStandardOutput = true,
            UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return Parse(output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static List<string> Parse(string output)
    {
        try
        {
            return [.. XDocument.Parse(output).Descendants().Where(static element => element.Name.LocalName == "data").Select(static data =>
                data.Attribute("format")?.Value == "base64"
                    ? Encoding.Latin1.GetString(Convert.FromBase64String(data.Value.Trim()))
                    : data.Value)];
        }
        catch (XmlException)
        {
            return [];
        }
    }
}
