using System.Collections.Concurrent;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>Controls the behavior of the service independently of its messages.</summary>
public sealed class DetectorScript
{
    /// <summary>The exceptions that the next calls of <see cref="Detector.Fail"/> throw.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    /// <summary>The thread that disposed the iterator of <see cref="Count"/>.</summary>
    public TaskCompletionSource<string?> CountEndedOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>No download or count completes before this task.</summary>
    public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Numbers. Stops after the first one.</summary>
    public IEnumerable<string> Count(CancellationToken cancellationToken)
    {
        try
        {
            yield return "0";
            MayEnd.Task.Wait(cancellationToken);
            yield return "1";
        }
        finally
        {
            CountEndedOn.SetResult(Thread.CurrentThread.Name);
        }
    }
}
