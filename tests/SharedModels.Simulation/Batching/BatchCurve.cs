namespace SharedModels.Simulation.Batching;

/// <summary>The duration of a batch: a fixed part, and a part for each input.</summary>
/// <param name="Start">The fixed part.</param>
/// <param name="PerInput">The part for each input.</param>
/// <param name="MaxBatchSize">The maximum number of inputs in a batch.</param>
public sealed record BatchCurve(TimeSpan Start, TimeSpan PerInput, int MaxBatchSize = 32)
{
    /// <summary>Returns the duration of a batch.</summary>
    /// <param name="inputs">The number of inputs.</param>
    public TimeSpan DurationOf(int inputs) => Start + inputs * PerInput;

    /// <summary>The number of inputs per second of a device that runs only full batches.</summary>
    public double Capacity => MaxBatchSize / DurationOf(MaxBatchSize).TotalSeconds;
}
