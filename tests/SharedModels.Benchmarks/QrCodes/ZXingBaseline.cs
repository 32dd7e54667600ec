using SharedModels.Vision.Imaging;
using ZXing;
using ZXing.Common;
using ZXing.Multi.QrCode;

namespace SharedModels.Benchmarks.QrCodes;

/// <summary>ZXing.Net's own reader of several codes, plain and inverted, with TryHarder.</summary>
internal sealed class ZXingBaseline : IQrBaseline
{
    // It has no time limit: a texture of finder patterns keeps it busy for minutes.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public string Name => "ZXing.Net 0.16.11";

    public bool IsAvailable => true;

    public IEnumerable<string> Read(RgbImage image)
    {
        var reading = Task.Factory.StartNew(
            () => Decode(image, isInverted: false).Concat(Decode(image, isInverted: true)).Distinct(StringComparer.Ordinal).ToList(),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return reading.Wait(Limit) ? reading.Result : [];
    }

    private static IEnumerable<string> Decode(RgbImage image, bool isInverted)
    {
        var hints = new Dictionary<DecodeHintType, object> { [DecodeHintType.TRY_HARDER] = true };
        LuminanceSource source = new RGBLuminanceSource(
            image.Pixels.ToArray(), image.Width, image.Height, RGBLuminanceSource.BitmapFormat.RGB24);
        var bitmap = new BinaryBitmap(new HybridBinarizer(isInverted ? source.invert() : source));
        try
        {
            return (new QRCodeMultiReader().decodeMultiple(bitmap, hints) ?? []).Select(static result => result.Text);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return [];
        }
    }
}
