namespace SharedModels.Devices;

/// <summary>A device that the machine has.</summary>
/// <param name="Device">The device.</param>
/// <param name="Name">What its maker calls it.</param>
/// <param name="MemoryBytes">Bytes of memory that models may take on it.</param>
public sealed record DeviceInfo(Device Device, string Name, long MemoryBytes);
