using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using SharedModels;
using SharedModels.Configuration;
using SharedModels.Vision.Imaging;

namespace VisionApi.Uploads;

/// <summary>Bounds the decoded pictures in memory: large ones wait here for others to be done, the oldest request first.</summary>
internal sealed class PixelBudget : IDisposable
{
    // Who waits holds the encoded picture, so that the queue is bounded too.
    private const int QueuedBudgets = 4;

    // Decoding a picture and using a model with it takes about as long.
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

    /// <summary>Waits until the pictures of a request may be decoded: all at once, so that no two requests wait for each other's.</summary>
    /// <returns>
    /// Room for them, to be disposed when they are not needed any more; <see langword="null"/> if the decoder will reject one anyway.
    /// </returns>
    /// <exception cref="LeaseRejectedException">Too many wait already.</exception>
    /// <exception cref="LeaseTimeoutException">The wait took longer than one for a model may.</exception>
    public async ValueTask<IDisposable?> ReserveAsync(byte[][] encoded, CancellationToken cancellationToken)
    {
        var pixels = Array.ConvertAll(encoded, PixelsOf);
        if (Array.Exists(pixels, count => count > _maxPixelsEach))
            return null;
        var lease = await AcquireAsync((int)Math.Min(pixels.Sum(), _budget), cancellationToken);
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        throw new LeaseRejectedException(
            $"Too many large pictures are waiting to be decoded (VisionApi:MaxPixelsInMemory is {_budget}). Try again later.")
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
                $"No room to decode the picture within {_timeout} (SharedModels:Leasing:AcquireTimeout; VisionApi:MaxPixelsInMemory is "
                + $"{_budget}). Try again later.",
                late) { RetryAfter = RetryAfter };
        }
    }

    private long PixelsOf(byte[] encoded)
    {
        try
        {
            var image = _decoder.Identify(encoded);
            return (long)image.Width * image.Height;
        }
        catch (ImageFormatException)
        {
            // It takes no room: the decoder rejects it too, and says better why, for it looks at the size first.
            return long.MaxValue;
        }
    }
}
