namespace SharedModels;

/// <summary>An estimate for a request made now, based on earlier loads, moves and holds.</summary>
/// <param name="Wait">The expected time until the request is granted, including <paramref name="Arrival"/>.</param>
/// <param name="Arrival">The part of the wait in which models are loaded and moved. Zero if the models are on their devices.</param>
/// <param name="IsResident"><see langword="true"/> if all models are on their devices.</param>
/// <param name="WouldBeRejected">
/// <see langword="true"/> if the request would be rejected immediately because a queue is full, a model failed and waits for its next
/// attempt, or the manager is stopping.
/// </param>
public readonly record struct ModelWaitEstimate(TimeSpan Wait, TimeSpan Arrival, bool IsResident, bool WouldBeRejected);
