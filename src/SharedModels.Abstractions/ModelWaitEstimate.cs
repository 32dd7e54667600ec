namespace SharedModels;

/// <summary>An estimate for a request that is made now, based on earlier loads, moves and holds.</summary>
/// <param name="Wait">The expected time until the request is granted, <paramref name="Arrival"/> included.</param>
/// <param name="Arrival">The part of it in which its models are loaded and moved; zero if they are on their devices.</param>
/// <param name="IsResident"><see langword="true"/> if all models are on their devices.</param>
/// <param name="WouldBeRejected">
/// <see langword="true"/> if the request would be rejected at once: a queue is
/// full, a model failed and waits for its next try, or the manager is stopping.
/// </param>
public readonly record struct ModelWaitEstimate(TimeSpan Wait, TimeSpan Arrival, bool IsResident, bool WouldBeRejected);
