namespace SharedModels.Simulation;

/// <summary>A loss of the device.</summary>
/// <param name="Start">The time at which the device and its contents are lost, from the start of the trace.</param>
/// <param name="End">The time at which the device works again.</param>
public readonly record struct DeviceOutage(TimeSpan Start, TimeSpan End);
