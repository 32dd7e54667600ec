namespace SharedModels.Simulation;

/// <summary>One loss of the device.</summary>
/// <param name="Start">When it is lost, and all that is on it, from the trace's start.</param>
/// <param name="End">When it works again.</param>
public readonly record struct DeviceOutage(TimeSpan Start, TimeSpan End);
