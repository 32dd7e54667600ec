namespace SharedModels.Simulation;

/// <summary>Runs a trace through the policies of other systems, reduced to their order of service and their choice of victims.</summary>
/// <remarks>
/// While the device is lost, requests wait; those that were being served are lost with it. None backs off after a failure.
/// </remarks>
public static class BaselineSimulation
{
    /// <summary>First in, first out; the least recently used models leave. It transfers, then computes: nothing overlaps.</summary>
    /// <param name="trace">What happens.</param>
    /// <param name="device">Where it happens.</param>
    public static SimulationResult FifoWithLru(Trace trace, SimulatedDevice device) => Serial(trace, device).Run();

    /// <summary>One model on the device, first in, first out, copied in and back: what vision-agent-tools documents.</summary>
    /// <param name="trace">What happens.</param>
    /// <param name="device">Where it happens.</param>
    public static SimulationResult OneAtATime(Trace trace, SimulatedDevice device) => Serial(trace, device, evictsAll: true).Run();

    /// <summary>
    /// Whatever model is on the device is served as long as anybody wants it (as llama-swap does); the least recently used leave.
    /// </summary>
    /// <param name="trace">What happens.</param>
    /// <param name="device">Where it happens.</param>
    public static SimulationResult UnboundedCollation(Trace trace, SimulatedDevice device) => Serial(trace, device, collates: true).Run();

    /// <summary>Ollama's queue, keep-alive and choice of victims.</summary>
    /// <param name="trace">What happens.</param>
    /// <param name="device">Where it happens.</param>
    /// <param name="options">What is modelled of it; its source of August 2026 unless given.</param>
    public static SimulationResult Ollama(Trace trace, SimulatedDevice device, OllamaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        ArgumentNullException.ThrowIfNull(device);
        return new OllamaSimulation(trace, device, options ?? new()).Run();
    }

    /// <summary>
    /// What would have been moved in a given order of service, had every victim been the model that is wanted again last.
    /// </summary>
    /// <remarks>
    /// Belady, "A study of replacement algorithms for a virtual-storage computer" (1966), applied to models of unequal size; nothing fails.
    /// </remarks>
    /// <param name="trace">What happens.</param>
    /// <param name="device">Where it happens.</param>
    /// <param name="order">The requests in the order in which they are served, as <see cref="SimulationResult.Order"/>.</param>
    /// <returns>How many models were moved to the device, and their bytes.</returns>
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
