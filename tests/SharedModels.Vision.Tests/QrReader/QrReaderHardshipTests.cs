using SharedModels.Vision.QrCodes;
using Xunit.Abstractions;

namespace SharedModels.Vision.Tests.QrCodes;

public class QrReaderHardshipTests(ITestOutputHelper output)
{
    private static readonly string[] Sources = ["clean-01.jpg", "clean-02.png", "clean-03.png", "clean-04.jpg", "clean-05.png", "encoding-01.png", "rotation-01.png", "small-modules-01.png"];

    [Fact]
    public void Sweep()
    {
        Run("tilt", [0.1, 0.2, 0.3, 0.35, 0.4, 0.45], (image, share, random) => Camera.Tilt(image, share, random));
        Run("blur", [2, 4, 6, 8, 10, 12, 14], (image, share, random) => Camera.Blur(image, (int)share));
        Run("noise", [20, 40, 60, 80], (image, share, random) => Camera.Noise(image, share, random));
        Run("both", [0.1, 0.2, 0.3], (image, share, random) => Camera.Noise(Camera.Blur(Camera.Tilt(image, share, random), 3), 20, random));
    }

    private void Run(string name, double[] strengths, Func<GreyImage, double, Random, GreyImage> spoil)
    {
        foreach (var strength in strengths)
        {
            var (read, plain, wrong, count) = (0, 0, 0, 0);
            var random = new Random(17);
            foreach (var source in Sources)
            {
                var fixture = QrFixture.Of(source);
                for (var i = 0; i < 5; i++, count++)
                {
                    var spoilt = spoil(GreyImage.From(fixture.Decode(), 1), strength, random);
                    var texts = new QrReader().Detect(Camera.ToRgb(spoilt)).Select(d => d.Text).ToArray();
                    read += texts.Contains(fixture.Texts[0]) ? 1 : 0;
                    wrong += texts.Count(t => t != fixture.Texts[0]);
                    plain += ZbarScanner.Scan(spoilt).Count;
                }
            }

            output.WriteLine($"{name} {strength}: plain {plain} ours {read} of {count}, wrong {wrong}");
        }
    }
}
