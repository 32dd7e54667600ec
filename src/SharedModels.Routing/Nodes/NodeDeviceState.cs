namespace SharedModels.Routing.Nodes;

/// <summary>The knowledge of a router about a device of a node.</summary>
/// <param name="Device">The name of the device.</param>
/// <param name="Wait">The expected wait of a request for a model that is on the device.</param>
/// <param name="BudgetBytes">The number of bytes that models can take on the device.</param>
/// <param name="FreeBytes">The number of bytes that a model can take without an eviction.</param>
/// <param name="IsUnavailable">True if the device rejects further requests.</param>
internal sealed record NodeDeviceState(string Device, TimeSpan Wait, long BudgetBytes, long FreeBytes, bool IsUnavailable);
