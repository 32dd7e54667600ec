namespace SharedModels.Simulation.Batching;

/// <summary>A way to form batches, and to choose the next one.</summary>
/// <param name="Name">The name for reports.</param>
public abstract record BatchPolicy(string Name)
{
    /// <summary>One input at a time, in the order of arrival.</summary>
    public static BatchPolicy None { get; } = new Rule("no batches", 1, TimeSpan.Zero, [], Order.Oldest);

    /// <summary>Everything that waits for the model with the oldest input.</summary>
    public static BatchPolicy OldestFirst { get; } = new Rule("oldest batch first", int.MaxValue, TimeSpan.Zero, [], Order.Oldest);

    /// <summary>Everything that waits for the model with the most inputs.</summary>
    public static BatchPolicy LongestFirst { get; } = new Rule("longest queue first", int.MaxValue, TimeSpan.Zero, [], Order.Longest);

    /// <summary>The production scheduler.</summary>
    public static BatchPolicy SharedModels { get; } = new Scheduler("SharedModels");

    /// <summary>Everything that waits, once the oldest input has waited for the delay or the batch is full.</summary>
    /// <remarks>
    /// Ray Serve's <c>@serve.batch</c> with <c>max_batch_size</c> and <c>batch_wait_timeout_s</c>, whose default is 0.01 s (Ray 2.x,
    /// <c>python/ray/serve/batching.py</c>).
    /// </remarks>
    public static BatchPolicy RayServe(TimeSpan timeout) =>
        new Rule($"Ray Serve, {timeout.TotalMilliseconds:0.#} ms", int.MaxValue, timeout, [], Order.Oldest);

    /// <summary>
    /// The largest preferred size that is waiting, or, once the oldest input has waited for the delay, everything that waits.
    /// </summary>
    /// <remarks>
    /// Triton's dynamic batcher with <c>preferred_batch_size</c> and <c>max_queue_delay_microseconds</c>, whose default is 0
    /// (triton-inference-server/core, <c>src/dynamic_batch_scheduler.cc</c>).
    /// </remarks>
    public static BatchPolicy Triton(TimeSpan delay, params int[] preferredSizes) => new Rule(
        $"Triton, {delay.TotalMilliseconds:0.#} ms{(preferredSizes.Length == 0 ? "" : $", sizes {string.Join('/', preferredSizes)}")}",
        int.MaxValue,
        delay,
        preferredSizes,
        Order.Oldest);

    /// <summary>Runs a trace. The hold times of the trace are ignored.</summary>
    /// <param name="trace">The models and the arrivals.</param>
    /// <param name="device">The device. It runs one batch at a time.</param>
    /// <param name="curve">The durations of batches.</param>
    public abstract BatchResult Run(Trace trace, SimulatedDevice device, BatchCurve curve);

    internal enum Order
    {
        Oldest,
        Longest,
    }

    private sealed record Scheduler(string Name) : BatchPolicy(Name)
    {
        public override BatchResult Run(Trace trace, SimulatedDevice device, BatchCurve curve) =>
            new BatchSchedulerSimulation(trace, device, curve).Run();
    }

    private sealed record Rule(string Name, int MaxBatchSize, TimeSpan Delay, int[] PreferredSizes, Order NextBatch) : BatchPolicy(Name)
    {
        public override BatchResult Run(Trace trace, SimulatedDevice device, BatchCurve curve) =>
            new BatchRuleSimulation(trace, device, curve, MaxBatchSize, Delay, PreferredSizes, NextBatch).Run();
    }
}
