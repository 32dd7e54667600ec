namespace SharedModels.Simulation;

/// <summary>A way of deciding who is served when and what makes room, that any <see cref="Trace"/> can be run through.</summary>
/// <param name="name">What people call it.</param>
/// <param name="run">Runs a trace to its end.</param>
public sealed class Policy(string name, Func<Trace, SimulatedDevice, SimulationResult> run)
{
    /// <summary>One model on the device at a time, first in, first out, copied in and back: what vision-agent-tools documents.</summary>
    public static Policy OneAtATime { get; } = new("one at a time, copied back", BaselineSimulation.OneAtATime);

    /// <summary>First in, first out; the least recently used models leave.</summary>
    public static Policy FifoWithLru { get; } = new("FIFO with LRU", BaselineSimulation.FifoWithLru);

    /// <summary>Whatever is on the device is served first, without a bound; the least recently used models leave.</summary>
    public static Policy UnboundedCollation { get; } = new("unbounded collation", BaselineSimulation.UnboundedCollation);

    /// <summary>Ollama's, as its source is.</summary>
    public static Policy Ollama { get; } = OllamaWith(new(), "Ollama");

    /// <summary>This project's, with its defaults.</summary>
    public static Policy SharedModels { get; } = new("SharedModels", static (trace, device) => SchedulerSimulation.Run(trace, device));

    /// <summary>One of each.</summary>
    public static IReadOnlyList<Policy> All { get; } = [OneAtATime, FifoWithLru, UnboundedCollation, Ollama, SharedModels];

    /// <summary>What people call it.</summary>
    public string Name => name;

    /// <summary>Ollama's, changed.</summary>
    /// <param name="options">How.</param>
    /// <param name="name">What people call that.</param>
    public static Policy OllamaWith(OllamaOptions options, string name) =>
        new(name, (trace, device) => BaselineSimulation.Ollama(trace, device, options));

    /// <summary>This project's, with other bypass bounds.</summary>
    /// <param name="maxBypass">How many younger requests may bypass one.</param>
    /// <param name="maxBypassUnderLoad">How many may when the queue is long.</param>
    public static Policy SharedModelsWith(int maxBypass, int maxBypassUnderLoad) =>
        new($"SharedModels, MaxBypass {maxBypass}", (trace, device) =>
            SchedulerSimulation.Run(trace, device, maxBypass, maxBypassUnderLoad));

    /// <summary>Runs a trace to its end.</summary>
    /// <param name="trace">What happens.</param>
    /// <param name="device">Where it happens.</param>
    public SimulationResult Run(Trace trace, SimulatedDevice device) => run(trace, device);

    /// <inheritdoc/>
    public override string ToString() => name;
}
