using System.Diagnostics.CodeAnalysis;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes;

namespace SharedModels.Vision;

/// <summary>Finds and reads the QR codes of pictures.</summary>
/// <remarks>
/// <para>Reads codes of all versions and modes, also several on a picture, turned, inverted, seen at an angle, noisy or blurred. A picture
/// is first scanned as it is and inverted; then each place where three finder patterns stand like those of a code is straightened and
/// scanned; and if nothing has been found by then, the picture is scanned again filtered. The scanning is libzbar's.</para>
/// <para>Runs on the CPU, takes next to no memory, and holds no state: detection is safe from many threads at once. A picture of more than
/// 12 megapixels is scanned at a reduced size; the polygons are in pixels of the picture given.</para>
/// </remarks>
[SharedModel("qr-reader", Device = DevicePreference.Cpu)]
public sealed class QrReader : ISharedModel
{
    /// <inheritdoc/>
    public ModelFootprint Footprint => default;

    /// <summary>Checks that libzbar is installed.</summary>
    /// <inheritdoc/>
    /// <exception cref="DllNotFoundException">libzbar is missing; the message says which package has it.</exception>
    public ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Zbar.Dependency.EnsureLoaded();
        return ValueTask.CompletedTask;
    }

    /// <summary>Does nothing: the reader runs on the CPU.</summary>
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException"><paramref name="device"/> is not the CPU.</exception>
    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => device.IsCpu
        ? ValueTask.CompletedTask
        : throw new NotSupportedException($"The model 'qr-reader' runs on the CPU alone; it cannot be moved to {device}.");

    /// <summary>Finds and reads the codes of a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="cancellationToken">Ends the search between two scans.</param>
    /// <returns>The codes in the order in which they were found; empty if there is none.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    /// <exception cref="DllNotFoundException">libzbar is missing; the message says which package has it.</exception>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The model's instance is what a lease hands out.")]
    public IReadOnlyList<QrDetection> Detect(RgbImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        return [.. new QrSearch(image, cancellationToken).Run().Select(ToDetection)];
    }

    /// <summary>Finds and reads the codes of several pictures.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="cancellationToken">Ends the search between two scans.</param>
    /// <returns>For each picture, in the same order, what <see cref="Detect(RgbImage, CancellationToken)"/> returns.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    /// <exception cref="DllNotFoundException">libzbar is missing; the message says which package has it.</exception>
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
