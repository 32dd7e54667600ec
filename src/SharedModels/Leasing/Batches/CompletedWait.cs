using SharedModels.Leasing.Requests;

namespace SharedModels.Leasing.Batches;

/// <summary>The end of a caller's wait for an input.</summary>
/// <param name="Wait">The wait, or <see langword="null"/> if it has already ended.</param>
/// <param name="Output">The output, if the input did not fail.</param>
/// <param name="Failure">The exception, if the input failed.</param>
internal readonly record struct CompletedWait<TOutput>(LeaseWait<TOutput>? Wait, TOutput Output, Exception? Failure)
{
    public void Complete()
    {
        if (Wait is null)
            return;
        if (Failure is not null)
        {
            Wait.Reject(Failure);
            return;
        }

        Wait.Result = Output;
        Wait.Grant();
    }
}
