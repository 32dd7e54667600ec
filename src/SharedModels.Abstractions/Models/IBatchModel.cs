namespace SharedModels;

/// <summary>A model that can run several inputs together, such as a network whose first dimension is the batch.</summary>
/// <remarks>
/// <para>
/// Callers pass one input each, with <c>RunAsync</c>. The inputs that wait for the model when it gets its turn run together, up to
/// <see cref="SharedModelAttribute.MaxBatchSize"/>. An input never waits for company unless a delay is configured.
/// </para>
/// <para>
/// <see cref="ModelFootprint.WorkingBytes"/> counts once per input. A batch is never larger than the device's budget allows. Inputs that
/// cannot share a batch implement <see cref="IBatchInput"/>.
/// </para>
/// </remarks>
/// <typeparam name="TInput">The type of an input.</typeparam>
/// <typeparam name="TOutput">The type of an output.</typeparam>
public interface IBatchModel<in TInput, out TOutput>
{
    /// <summary>Runs a batch. Called on the device's worker, within a lease.</summary>
    /// <remarks>
    /// If a batch of several inputs throws, it is divided into halves that run again, so that only the callers whose input fails get the
    /// exception. Set <see cref="SharedModelAttribute.BatchFailure"/> to <see cref="BatchFailure.Fail"/> if a run has side effects.
    /// </remarks>
    /// <param name="inputs">The inputs, from 1 to <see cref="SharedModelAttribute.MaxBatchSize"/>, oldest first within a priority.</param>
    /// <param name="cancellationToken">
    /// A token that is canceled when all callers have canceled their inputs, or when the lease is lost.
    /// </param>
    /// <returns>One output per input, in the order of the inputs.</returns>
    IReadOnlyList<TOutput> InvokeBatch(IReadOnlyList<TInput> inputs, CancellationToken cancellationToken);
}
