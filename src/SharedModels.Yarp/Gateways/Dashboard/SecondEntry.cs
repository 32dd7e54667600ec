namespace SharedModels.Yarp.Gateways.Dashboard;

/// <summary>One second on the live page.</summary>
/// <param name="Routes">The number of requests that have ended.</param>
/// <param name="Failed">The number of them that were rejected or lost.</param>
internal sealed record SecondEntry(long Routes, long Failed);
