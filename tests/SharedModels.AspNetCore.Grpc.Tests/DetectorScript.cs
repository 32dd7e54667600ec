using System.Collections.Concurrent;

namespace SharedModels.AspNetCore.Grpc.Tests;

/// <summary>What the service does that is no matter of its messages.</summary>
public sealed class DetectorScript
{
    /// <summary>What the next calls of <see cref="Detector.Fail"/> throw.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = [];

    /// <summary>Before that no download is complete.</summary>
    public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
