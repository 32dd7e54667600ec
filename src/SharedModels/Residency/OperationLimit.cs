namespace SharedModels.Residency;

/// <summary>The time limit of a step of a model. All parts of the step share it.</summary>
/// <param name="Timeout">The maximum time.</param>
/// <param name="Time">The clock.</param>
/// <param name="Stopping">A token that is canceled when the step is no longer needed.</param>
internal sealed record OperationLimit(TimeSpan Timeout, TimeProvider Time, CancellationToken Stopping)
{
    /// <summary>The start of the step, as a timestamp of the clock.</summary>
    public long StartedAt { get; init; } = Time.GetTimestamp();

    /// <summary>The time that is left, or zero.</summary>
    public TimeSpan Remaining => Timeout > Elapsed ? Timeout - Elapsed : TimeSpan.Zero;

    public TimeSpan Elapsed => Time.GetElapsedTime(StartedAt);

    /// <summary>Indicates whether the model's state is unchanged after its code has thrown the given exception.</summary>
    public Func<Exception, bool> IsUnharmedBy { get; init; } = static _ => false;
}
