namespace SharedModels.Simulation;

/// <summary>Other processes that take memory of a simulated device, and the policy by which the budget of models follows them.</summary>
/// <param name="Interval">The time between two readings. Between them, the others change what they take four times.</param>
/// <param name="WantedBytes">What the others want at a time. They get no more than what is free.</param>
/// <param name="ReserveBytes">The bytes that models never take.</param>
/// <param name="Follow">
/// Gets the bytes that the others leave to models, those that cannot be evicted now, and the time of the reading; returns the new budget,
/// or
/// <see langword="null"/> if it stays.
/// </param>
public sealed record SimulatedNeighbours(
    TimeSpan Interval, Func<TimeSpan, long> WantedBytes, long ReserveBytes, Func<long, long, TimeSpan, long?> Follow);
