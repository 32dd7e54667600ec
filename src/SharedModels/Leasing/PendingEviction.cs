using SharedModels.Scheduling.Decisions;

namespace SharedModels.Leasing;

/// <summary>An eviction that callers wait for.</summary>
internal sealed class PendingEviction
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Task => _completion.Task;

    /// <summary>The model, and the reason why it could not be moved off its device.</summary>
    public (string ModelId, Failure Failure)? Failure { get; set; }

    public void Complete()
    {
        if (Failure is not var (id, failure))
            _completion.TrySetResult();
        else
            _completion.TrySetException(
                new ModelLeaseException($"Model '{id}' could not be moved off its device: {failure.Summary}", failure.Exception)
                {
                    ModelId = id,
                });
    }
}
