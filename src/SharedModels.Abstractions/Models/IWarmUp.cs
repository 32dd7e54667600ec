namespace SharedModels;

/// <summary>
/// A model with code to run before its first use on a device, so that the first request does not pay for the compilation of kernels and
/// for allocations.
/// </summary>
public interface IWarmUp
{
    /// <summary>
    /// Runs the model once, for example with an empty input. Called on the thread pool each time the model has arrived on a device, before
    /// the first lease is granted. The time counts as part of the move, or of the load on the CPU, and so does a failure.
    /// </summary>
    /// <param name="device">The device that the model is on.</param>
    /// <param name="cancellationToken">A token that is canceled when the step exceeds its time limit or the application stops.</param>
    ValueTask WarmUpAsync(Device device, CancellationToken cancellationToken);
}
