using SharedModels.Vision;
using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.QrCodes;

internal sealed class SharedModelsBaseline : IQrBaseline
{
    private readonly QrReader _reader = new();

    public string Name => "SharedModels";

    public bool IsAvailable => true;

    public IEnumerable<string> Read(RgbImage image) => _reader.Detect(image).Select(static code => code.Text);
}
