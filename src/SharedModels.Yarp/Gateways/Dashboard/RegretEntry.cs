namespace SharedModels.Yarp.Gateways.Dashboard;

/// <summary>The time that requests waited longer than expected. It is negative if they waited less.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Largest">The largest value.</param>
internal sealed record RegretEntry(double Mean, double Largest);
