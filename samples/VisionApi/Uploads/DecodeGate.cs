using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace VisionApi.Uploads;

/// <summary>
/// Limits the images that are decoded at the same time, oldest request first. A request whose client disconnects leaves the queue, so its
/// image is not decoded.
/// </summary>
internal sealed class DecodeGate(IOptions<VisionApiOptions> options) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.MaxConcurrentDecodes, QueueLimit = int.MaxValue,
    });

    /// <summary>The number of requests that wait to be decoded.</summary>
    public long Waiting => _limiter.GetStatistics()!.CurrentQueuedCount;

    /// <summary>Waits until an image can be decoded.</summary>
    /// <returns>A place to dispose when the image is decoded.</returns>
    /// <exception cref="OperationCanceledException">The client has disconnected.</exception>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var place = await _limiter.AcquireAsync(permitCount: 1, cancellationToken);
        if (!cancellationToken.IsCancellationRequested)
            return place;
        place.Dispose();
        throw new OperationCanceledException(cancellationToken);
    }

    public void Dispose() => _limiter.Dispose();
}
