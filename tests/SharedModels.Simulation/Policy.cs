namespace SharedModels.Simulation;

/// <summary>A policy that decides the order of service and the evictions, and with which any <see cref="Trace"/> can be run.</summary>
/// <param name="name">The display name.</param>
/// <param name="run">Runs a trace to its end.</param>
public sealed class Policy(string name, Func<Trace, SimulatedDevice, SimulationResult> run)
{
    /// <summary>One model on the device at a time, first in, first out, copied in and back, as vision-agent-tools documents it.</summary>
    public static Policy OneAtATime { get; } = new("one at a time, copied back", BaselineSimulation.OneAtATime);

    /// <summary>First in, first out, with eviction of the least recently used models.</summary>
    public static Policy FifoWithLru { get; } = new("FIFO with LRU", BaselineSimulation.FifoWithLru);

    /// <summary>Requests for models on the device first, without a bound, with eviction of the least recently used models.</summary>
    public static Policy UnboundedCollation { get; } = new("unbounded collation", BaselineSimulation.UnboundedCollation);

    /// <summary>The policy of Ollama, according to its source code.</summary>
    public static Policy Ollama { get; } = OllamaWith(new(), "Ollama");

    /// <summary>The policy of this project, with its defaults.</summary>
    public static Policy SharedModels { get; } = new("SharedModels", static (trace, device) => SchedulerSimulation.Run(trace, device));

    /// <summary>One policy of each kind.</summary>
    public static IReadOnlyList<Policy> All { get; } = [OneAtATime, FifoWithLru, UnboundedCollation, Ollama, SharedModels];

    /// <summary>The display name.</summary>
    public string Name => name;

    /// <summary>Creates a variant of Ollama's policy.</summary>
    /// <param name="options">The options of the variant.</param>
    /// <param name="name">The display name.</param>
    public static Policy OllamaWith(OllamaOptions options, string name) =>
        new(name, (trace, device) => BaselineSimulation.Ollama(trace, device, options));

    /// <summary>Creates a variant of this project's policy with other limits on bypassing.</summary>
    /// <param name="maxBypass">The maximum number of younger requests that can bypass a request.</param>
    /// <param name="maxBypassUnderLoad">The maximum number when the queue is long.</param>
    public static Policy SharedModelsWith(int maxBypass, int maxBypassUnderLoad) =>
        new($"SharedModels, MaxBypass {maxBypass}", (trace, device) =>
            SchedulerSimulation.Run(trace, device, maxBypass, maxBypassUnderLoad));

    /// <summary>Runs a trace to its end.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="device">The device.</param>
    public SimulationResult Run(Trace trace, SimulatedDevice device) => run(trace, device);

    /// <inheritdoc/>
    public override string ToString() => name;
}
