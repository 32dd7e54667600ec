using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SharedModels.Vision.Imaging;
using SharedModels.Vision.QrCodes;

namespace SharedModels.Vision;

/// <summary>Finds and reads QR codes in images.</summary>
/// <remarks>
/// <para>The reader supports codes of all versions and modes. An image can contain several codes, and they can be rotated, mirrored,
/// inverted, seen at an angle, noisy, blurred or without a quiet zone. A message that is spread over several codes (structured append) is
/// combined if all of its codes are in the image. Micro QR codes are not supported. ZXing.Net corrects the errors of the codes that are
/// found.</para>
/// <para>Text without a designated encoding (ECI), or with an unknown ECI number, is decoded as UTF-8 if possible, as Shift-JIS if it can
/// hardly be anything else, and otherwise as Windows-1252. Other encodings are not guessed. <see cref="QrDetection.Bytes"/> contains the
/// original bytes.</para>
/// <para>The reader runs on the CPU and keeps no state between calls, so many threads can use it concurrently. By default, it can have as
/// many leases as the process has processors. A search needs about two bytes for each pixel of the image.</para>
/// <para>The work is limited because images may be untrusted. See <see cref="QrReaderOptions"/>. The result reports which limits were
/// reached.</para>
/// </remarks>
[SharedModel("qr-reader", Device = DevicePreference.Cpu, MaxLeases = SharedModelAttribute.PerProcessor)]
public sealed class QrReader : ISharedModel
{
    private readonly Func<QrReaderOptions> _options;
    private readonly TimeProvider _time;

    /// <summary>Creates a reader with the default settings.</summary>
    public QrReader()
        : this(new QrReaderOptions())
    {
    }

    /// <summary>Creates a reader.</summary>
    /// <param name="options">The settings. They are read at each call.</param>
    public QrReader(QrReaderOptions options)
        : this(options, TimeProvider.System)
    {
    }

    /// <summary>Creates a reader for dependency injection.</summary>
    /// <param name="options">The settings. They are read at each call.</param>
    [ActivatorUtilitiesConstructor]
    public QrReader(IOptionsMonitor<QrReaderOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (() => options.CurrentValue, TimeProvider.System);
    }

    internal QrReader(QrReaderOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (() => options, time);
    }

    /// <inheritdoc/>
    public ModelFootprint Footprint => default;

    /// <summary>Validates the settings. The reader has no weights to load.</summary>
    /// <inheritdoc/>
    /// <exception cref="OptionsValidationException">A setting is out of range.</exception>
    public ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _options().Validate();
        return ValueTask.CompletedTask;
    }

    /// <summary>Does nothing, because the reader always runs on the CPU.</summary>
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException"><paramref name="device"/> is not the CPU.</exception>
    public ValueTask ToAsync(Device device, CancellationToken cancellationToken) => device.IsCpu
        ? ValueTask.CompletedTask
        : throw new NotSupportedException($"The model 'qr-reader' runs only on the CPU. It cannot be moved to {device}.");

    /// <summary>Finds and reads the codes in an image.</summary>
    /// <param name="image">
    /// The image. Decode images with transparent parts with <see cref="Transparency.ContrastingBackground"/>.
    /// </param>
    /// <param name="cancellationToken">A token to cancel the search.</param>
    /// <returns>The codes, or an empty list if there are none.</returns>
    /// <exception cref="OptionsValidationException">A setting is out of range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public QrDetections Detect(RgbImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        var options = _options();
        options.Validate();
        var search = new QrSearch(image, options, _time, cancellationToken);
        var codes = search.Run().Select(static symbol => (symbol.Content, Detection: ToDetection(symbol))).ToList();
        return new QrDetections([.. codes.Select(static code => code.Detection)], QrSequences.Join(codes), search.LimitsReached);
    }

    /// <summary>Finds and reads the codes in several images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">A token to cancel the search.</param>
    /// <returns>The result of <see cref="Detect(RgbImage, CancellationToken)"/> for each image, in the same order.</returns>
    /// <exception cref="OptionsValidationException">A setting is out of range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    public IReadOnlyList<QrDetections> Detect(IReadOnlyList<RgbImage> images, CancellationToken cancellationToken = default)
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
        return new QrDetection(symbol.Content.Text, 1, polygon, new BoundingBox(left, top, right, bottom), center)
        {
            Bytes = symbol.Content.Bytes,
            StructuredAppend = symbol.Content.StructuredAppend,
        };
    }

    private static ImagePoint ToPoint((double X, double Y) corner) => new((float)corner.X, (float)corner.Y);
}
