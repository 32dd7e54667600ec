using System.Collections.Concurrent;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>Controls the behavior of the service independently of its messages.</summary>
public sealed class DetectorScript
{
    /// <summary>The exceptions that the next calls of <see cref="Detector.Fail"/> throw.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    /// <summary>No download completes before this task.</summary>
    public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
