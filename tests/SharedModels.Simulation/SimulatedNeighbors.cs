namespace SharedModels.Simulation;

/// <summary>Other processes that take memory of a simulated device, and the policy by which the models' budget follows them.</summary>
/// <param name="Interval">
/// The time between two readings. Between readings, the other processes change the memory they take four times.
/// </param>
/// <param name="WantedBytes">Returns the bytes that the other processes want at a given time. They get at most the free memory.</param>
/// <param name="ReserveBytes">The bytes that models never take.</param>
/// <param name="Follow">
/// Receives the bytes that the other processes leave to models, the bytes that cannot be evicted now, and the time of the reading. Returns
/// the new budget, or <see langword="null"/> if it does not change.
/// </param>
public sealed record SimulatedNeighbors(
    TimeSpan Interval, Func<TimeSpan, long> WantedBytes, long ReserveBytes, Func<long, long, TimeSpan, long?> Follow);
