using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using SharedModels;
using SharedModels.Configuration;
using SharedModels.Vision.Imaging;

namespace VisionApi.Uploads;

/// <summary>Limits the decoded images in memory. Large images wait until others have been processed, oldest request first.</summary>
internal sealed class PixelBudget : IDisposable
{
    // A waiting request holds its encoded images, so the queue is bounded too.
    private const int QueuedBudgets = 4;

    // About the time to decode an image and process it with a model.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly IImageDecoder _decoder;
    private readonly long _maxPixelsEach;
    private readonly int _budget;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ConcurrencyLimiter _limiter;

    public PixelBudget(
        IImageDecoder decoder,
        IOptions<ImageDecoderOptions> decoding,
        IOptions<VisionApiOptions> options,
        IOptions<SharedModelsOptions> sharing,
        TimeProvider time)
    {
        _timeout = sharing.Value.Leasing.AcquireTimeout;
        _time = time;
        _decoder = decoder;
        _maxPixelsEach = decoding.Value.MaxPixels;
        _budget = options.Value.MaxPixelsInMemory;
        _limiter = new(new ConcurrencyLimiterOptions
        {
            PermitLimit = _budget,
            QueueLimit = (int)Math.Min(int.MaxValue, (long)QueuedBudgets * _budget),
        });
    }

    /// <summary>Waits until all images of a request can be decoded. They are reserved together, so that requests cannot deadlock.</summary>
    /// <returns>
    /// A reservation to dispose when the images are no longer needed, or <see langword="null"/> if the decoder will reject one of them.
    /// </returns>
    /// <exception cref="LeaseRejectedException">Too many requests are already waiting.</exception>
    /// <exception cref="LeaseTimeoutException">The wait exceeded the timeout for a model.</exception>
    public async ValueTask<IDisposable?> ReserveAsync(ReadOnlyMemory<byte>[] encoded, CancellationToken cancellationToken)
    {
        var pixels = Array.ConvertAll(encoded, PixelsOf);
        if (Array.Exists(pixels, count => count > _maxPixelsEach))
            return null;
        var lease = await AcquireAsync((int)Math.Min(pixels.Sum(), _budget), cancellationToken);
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        throw new LeaseRejectedException(
            $"Too many large images are waiting to be decoded (VisionApi:MaxPixelsInMemory is {_budget}). Try again later.")
        {
            RetryAfter = RetryAfter,
        };
    }

    public void Dispose() => _limiter.Dispose();

    private async Task<RateLimitLease> AcquireAsync(int pixels, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await _limiter.AcquireAsync(pixels, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LeaseTimeoutException(
                $"Timed out after {_timeout} waiting for memory to decode the image (SharedModels:Leasing:AcquireTimeout; "
                + $"VisionApi:MaxPixelsInMemory is {_budget}). Try again later.",
                late) { RetryAfter = RetryAfter };
        }
    }

    private long PixelsOf(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var image = _decoder.Identify(encoded);
            return (long)image.Width * image.Height;
        }
        catch (ImageFormatException)
        {
            // The image needs no reservation: the decoder rejects it too, with a better reason.
            return long.MaxValue;
        }
    }
}
