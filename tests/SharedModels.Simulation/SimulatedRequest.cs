namespace SharedModels.Simulation;

/// <summary>A request of a <see cref="Trace"/>.</summary>
/// <param name="Arrival">The arrival time, from the start of the trace.</param>
/// <param name="Model">The requested model, as an index into <see cref="Trace.ModelBytes"/>.</param>
/// <param name="Hold">The time that the request uses the model.</param>
public readonly record struct SimulatedRequest(TimeSpan Arrival, int Model, TimeSpan Hold)
{
    /// <summary>The group of callers that the request belongs to, or <see langword="null"/> if it belongs to none.</summary>
    public string? Tenant { get; init; }
}
