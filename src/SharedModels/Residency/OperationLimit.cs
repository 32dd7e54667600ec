namespace SharedModels.Residency;

/// <summary>How long a step of a model may take.</summary>
/// <param name="Timeout">The maximum time.</param>
/// <param name="Time">The clock.</param>
/// <param name="Stopping">Fires when the step is not needed any more.</param>
internal sealed record OperationLimit(TimeSpan Timeout, TimeProvider Time, CancellationToken Stopping)
{
    /// <summary>Called before the model's code, within the limit.</summary>
    public Action? OnBegin { get; init; }

    /// <summary>Whether the model is as it was before, although its code threw this.</summary>
    public Func<Exception, bool> IsUnharmedBy { get; init; } = static _ => false;
}
