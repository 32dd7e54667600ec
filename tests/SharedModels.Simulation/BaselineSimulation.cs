namespace SharedModels.Simulation;

/// <summary>Runs a trace with the policies of other systems, reduced to their order of service and their choice of victims.</summary>
/// <remarks>
/// While the device is lost, requests wait. Requests that are being served are lost with it. No policy backs off after a failure.
/// </remarks>
public static class BaselineSimulation
{
    /// <summary>First in, first out, with eviction of the least recently used models. Transfers and computation never overlap.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="device">The device.</param>
    public static SimulationResult FifoWithLru(Trace trace, SimulatedDevice device) => Serial(trace, device).Run();

    /// <summary>One model on the device, first in, first out, copied in and back, as vision-agent-tools documents it.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="device">The device.</param>
    public static SimulationResult OneAtATime(Trace trace, SimulatedDevice device) => Serial(trace, device, evictsAll: true).Run();

    /// <summary>
    /// Serves the models on the device as long as they are requested, as llama-swap does. The least recently used models are evicted.
    /// </summary>
    /// <param name="trace">The trace.</param>
    /// <param name="device">The device.</param>
    public static SimulationResult UnboundedCollation(Trace trace, SimulatedDevice device) => Serial(trace, device, collates: true).Run();

    /// <summary>Ollama's queue, keep-alive and choice of victims.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="device">The device.</param>
    /// <param name="options">The options of the model of Ollama, or <see langword="null"/> for its source code of August 2026.</param>
    public static SimulationResult Ollama(Trace trace, SimulatedDevice device, OllamaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(device);
        return new OllamaSimulation(trace, device, options ?? new()).Run();
    }

    /// <summary>
    /// Computes the moves for a given order of service if every victim is the model whose next use is furthest in the future.
    /// </summary>
    /// <remarks>
    /// Belady, "A study of replacement algorithms for a virtual-storage computer" (1966), applied to models of unequal size. Nothing fails.
    /// </remarks>
    /// <param name="trace">The trace.</param>
    /// <param name="device">The device.</param>
    /// <param name="order">The requests in the order in which they are served, as <see cref="SimulationResult.Order"/>.</param>
    /// <returns>The number of models moved to the device, and their bytes.</returns>
    public static (int Moves, long Bytes) Belady(Trace trace, SimulatedDevice device, IReadOnlyList<int> order)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(order);
        var resident = new Residents(trace, device);
        var victims = new BeladyVictims(trace, order);
        var (moves, total) = (0, 0L);
        for (var i = 0; i < order.Count; i++)
        {
            var bytes = resident.Bring(trace.Requests[order[i]].Model, i, (model, _) => victims.Worth(model, i));
            moves += bytes > 0 ? 1 : 0;
            total += bytes;
        }

        return (moves, total);
    }

    private static SerialSimulation Serial(Trace trace, SimulatedDevice device, bool collates = false, bool evictsAll = false)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(device);
        return new(trace, device) { Collates = collates, EvictsAll = evictsAll, CopiesBack = evictsAll };
    }
}
