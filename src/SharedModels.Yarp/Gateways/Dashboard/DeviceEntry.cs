namespace SharedModels.Yarp.Gateways.Dashboard;

/// <summary>A device of a node on the live page.</summary>
/// <param name="Device">The name.</param>
/// <param name="Wait">The expected wait of a request for a model that is on the device.</param>
/// <param name="Budget">The number of bytes that models can take.</param>
/// <param name="Used">The number of bytes that models take.</param>
/// <param name="IsUnavailable">True if the device rejects further requests.</param>
internal sealed record DeviceEntry(string Device, double Wait, long Budget, long Used, bool IsUnavailable);
