using System.Diagnostics.CodeAnalysis;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes;

namespace SharedModels.Vision;

/// <summary>Finds and reads the QR codes of images.</summary>
/// <remarks>
/// <para>Reads codes of all versions and modes, also several in an image, turned, mirrored, inverted, seen at an angle, noisy, blurred or
/// without a quiet zone. Of a text that is spread over several codes (structured append), each part is read as a code of its own. Micro
/// QR codes are not read. ZXing.Net corrects the errors of the codes that are found.</para>
/// <para>Runs on the CPU and keeps nothing between calls, so that detection is safe from many threads at once. While it searches, it needs
/// about four bytes for each pixel of the image.</para>
/// <para>The work is limited, because images may come from strangers. An image of more than 16 megapixels is searched at a reduced size,
/// with polygons in pixels of the image given. At most 384 finder patterns are considered at each size, which is enough for 128 codes,
/// and the search ends early on an image with many groups of finder patterns that are not codes. The result does not say
/// whether a limit was reached.</para>
/// </remarks>
[SharedModel("qr-reader", Device = DevicePreference.Cpu)]
public sealed class QrReader : ISharedModel
{
    /// <inheritdoc/>
    public ModelFootprint Footprint => default;

    /// <summary>Does nothing: the reader has no weights.</summary>
    /// <inheritdoc/>
    public ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }

    /// <summary>Does nothing: the reader runs on the CPU.</summary>
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException"><paramref name="device"/> is not the CPU.</exception>
    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => device.IsCpu
        ? ValueTask.CompletedTask
        : throw new NotSupportedException($"The model 'qr-reader' runs only on the CPU. It cannot be moved to {device}.");

    /// <summary>Finds and reads the codes of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">A token to cancel the search.</param>
    /// <returns>The codes in the order in which they were found; empty if there is none.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The model's instance is what a lease hands out.")]
    public IReadOnlyList<QrDetection> Detect(RgbImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return [.. new QrSearch(image, cancellationToken).Run().Select(ToDetection)];
    }

    /// <summary>Finds and reads the codes of several images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">A token to cancel the search.</param>
    /// <returns>For each image, in the same order, what <see cref="Detect(RgbImage, CancellationToken)"/> returns.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public IReadOnlyList<IReadOnlyList<QrDetection>> Detect(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        return [.. images.Select(image => Detect(image, cancellationToken))];
    }

    private static QrDetection ToDetection(QrSymbol symbol)
    {
        var (a, b, c, d) = symbol.Corners;
        ImagePoint[] polygon = [ToPoint(a), ToPoint(b), ToPoint(c), ToPoint(d)];
        var (left, right) = (polygon.Min(point => point.X), polygon.Max(point => point.X));
        var (top, bottom) = (polygon.Min(point => point.Y), polygon.Max(point => point.Y));
        var center = new ImagePoint((left + right) / 2, (top + bottom) / 2);
        return new QrDetection(symbol.Text, 1, polygon, new BoundingBox(left, top, right, bottom), center);
    }

    private static ImagePoint ToPoint((double X, double Y) corner) => new((float)corner.X, (float)corner.Y);
}
