namespace SharedModels.Simulation;

/// <summary>How Ollama's policy is simulated.</summary>
/// <remarks>
/// Read from <c>server/sched.go</c> of August 2026. A request for a model that is loaded is served at once (<c>getRunner</c>); all others
/// stand in one queue, whose head blocks the rest until its model is loaded, and for as long as room is made for it, one model at a time.
/// The first idle model leaves in the order of its configured keep-alive, which is the same for all here, then of its name; if none is
/// idle, that order's first is waited for (<c>findRunnerToUnload</c>).
/// <para>
/// In favour of Ollama this leaves out that it starts a process for each model, that it fills only 80 % of the memory, that it serves
/// nobody's end while it unloads, and that it rejects requests beyond 512. It lets several models compute at once where this simulation's
/// device has them take turns, in the order in which they are served; loads and computing overlap.
/// </para>
/// </remarks>
public sealed record OllamaOptions
{
    /// <summary>How long an idle model stays.</summary>
    /// <value>5 minutes by default, as Ollama's <c>OLLAMA_KEEP_ALIVE</c>.</value>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an unload takes.</summary>
    /// <value>
    /// 0.5 s by default: <c>waitForVRAMRecovery</c> looks every 250 ms whether the driver shows three quarters of the model's memory as
    /// free, and gives up after 5 s; its authors observed 0.5 to 1.5 s.
    /// </value>
    public TimeSpan UnloadTime { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How many models may be loaded.</summary>
    /// <value>As many as fit by default; Ollama's own default is three for each GPU.</value>
    public int MaxLoadedModels { get; init; } = int.MaxValue;

    /// <summary>Whether requests for loaded models stand in the queue as well, as in Ollama's earlier versions.</summary>
    /// <value><see langword="false"/> by default.</value>
    public bool IsStrictlyFifo { get; init; }

    /// <summary>
    /// Whether the idle model leaves first that has the least of its keep-alive
    /// left, instead of the first by name: the least recently used.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool EvictsByRemainingKeepAlive { get; init; }
}
