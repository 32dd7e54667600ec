namespace SharedModels;

/// <summary>What a request could expect if it were made now, judging by earlier loads, moves and holds.</summary>
/// <param name="Wait">The expected time until the request is granted, <paramref name="Arrival"/> included.</param>
/// <param name="Arrival">The part of it in which its models are loaded and moved; zero if they are on their devices.</param>
/// <param name="IsResident">Whether all models are on their devices.</param>
/// <param name="WouldBeRejected">Whether the request would be rejected at once: a queue is full, a model failed and waits for its next try, or the manager stops.</param>
public readonly record struct ModelWaitEstimate(TimeSpan Wait, TimeSpan Arrival, bool IsResident, bool WouldBeRejected);
