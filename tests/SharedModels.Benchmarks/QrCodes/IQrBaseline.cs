using SharedModels.Vision.Imaging;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>A reader of QR codes.</summary>
internal interface IQrBaseline
{
    string Name { get; }

    bool IsAvailable { get; }

    /// <summary>The texts of an image's codes.</summary>
    IEnumerable<string> Read(RgbImage image);
}
