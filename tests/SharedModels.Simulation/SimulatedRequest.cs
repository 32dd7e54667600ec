namespace SharedModels.Simulation;

/// <summary>One request of a <see cref="Trace"/>.</summary>
/// <param name="Arrival">When it comes, from the trace's start.</param>
/// <param name="Model">The model that it wants, an index into <see cref="Trace.ModelBytes"/>.</param>
/// <param name="Hold">How long it uses the model.</param>
public readonly record struct SimulatedRequest(TimeSpan Arrival, int Model, TimeSpan Hold);
