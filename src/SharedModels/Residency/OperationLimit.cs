namespace SharedModels.Residency;

/// <summary>The time limit of a step of a model.</summary>
/// <param name="Timeout">The maximum time.</param>
/// <param name="Time">The clock.</param>
/// <param name="Stopping">A token that is canceled when the step is no longer needed.</param>
internal sealed record OperationLimit(TimeSpan Timeout, TimeProvider Time, CancellationToken Stopping)
{
    /// <summary>Called before the model's code, within the limit.</summary>
    public Action? OnBegin { get; init; }

    /// <summary>Indicates whether the model's state is unchanged after its code has thrown the given exception.</summary>
    public Func<Exception, bool> IsUnharmedBy { get; init; } = static _ => false;
}
