namespace SharedModels.Simulation;

/// <summary>Options for the simulation of Ollama's policy.</summary>
/// <remarks>
/// The policy follows <c>server/sched.go</c> of August 2026. A request for a loaded model is served immediately (<c>getRunner</c>). All
/// other requests wait in one queue. Its head blocks the rest until its model is loaded, including the time in which room is made for it,
/// one model at a time. The first idle model is evicted, ordered by its configured keep-alive, which is the same for all models here, and
/// then by name. If no model is idle, the queue waits for the first model in that order (<c>findRunnerToUnload</c>).
/// <para>
/// In favor of Ollama, the simulation ignores that Ollama starts a process for each model, fills only 80 % of the memory, does not process
/// the end of a request while it unloads, and rejects requests beyond 512. Ollama lets several models compute at the same time. On the
/// device of this simulation, they take turns in the order in which they are served. Loads and computation overlap.
/// </para>
/// </remarks>
public sealed record OllamaOptions
{
    /// <summary>The time that an idle model stays.</summary>
    /// <value>The default is 5 minutes, as for Ollama's <c>OLLAMA_KEEP_ALIVE</c>.</value>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The duration of an unload.</summary>
    /// <value>
    /// The default is 0.5 s. <c>waitForVRAMRecovery</c> checks every 250 ms whether the driver reports three quarters of the model's memory
    /// as free, and gives up after 5 s. Its authors observed 0.5 to 1.5 s.
    /// </value>
    public TimeSpan UnloadTime { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The maximum number of loaded models.</summary>
    /// <value>The default is as many as fit. Ollama's own default is three per GPU.</value>
    public int MaxLoadedModels { get; init; } = int.MaxValue;

    /// <summary>
    /// Gets a value that indicates whether requests for loaded models also wait in the queue, as in earlier versions of Ollama.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool IsStrictlyFifo { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the idle model with the least remaining keep-alive time is evicted first, which is the least
    /// recently used one, instead of the first by name.
    /// </summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool EvictsByRemainingKeepAlive { get; init; }
}
