namespace SharedModels.Residency;

/// <summary>How long a load or a move may take, and where to report what its cleaning up throws.</summary>
internal sealed record OperationLimit(TimeSpan Timeout, TimeProvider Time, Action<string, Exception> ReportCleanUp, CancellationToken Stopping)
{
    /// <summary>Whether the model is as it was before, although its code threw this.</summary>
    public Func<Exception, bool> IsUnharmedBy { get; init; } = static _ => false;
}
