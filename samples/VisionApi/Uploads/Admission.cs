using Microsoft.Extensions.Options;
using SharedModels;
using SharedModels.Configuration;

namespace VisionApi.Uploads;

/// <summary>Rejects requests before their images are decoded, if the manager would reject them afterwards.</summary>
internal sealed class Admission(ISharedModelManager manager, IOptions<SharedModelsOptions> sharing)
{
    /// <summary>Checks whether a lease can be granted in time.</summary>
    /// <exception cref="ModelLeaseException">The queue is full, the wait would be too long, or the model is not available.</exception>
    public ValueTask CheckAsync(IModelLease lease, CancellationToken cancellationToken)
    {
        var timeout = sharing.Value.Leasing.AcquireTimeout;
        var estimate = manager.Estimate([lease.ModelId]);
        if (!estimate.WouldBeRejected && (estimate.Wait <= timeout || timeout == Timeout.InfiniteTimeSpan))
            return ValueTask.CompletedTask;

        // The manager decides, and gives its reason. If it grants the lease after all, the endpoint finds it acquired.
        return lease.AcquireAsync(new AcquireOptions { Timeout = timeout }, cancellationToken);
    }
}
