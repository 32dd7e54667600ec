namespace SharedModels.Cuda.Memory;

/// <summary>A range of bytes that exists on the host and on a device.</summary>
internal readonly record struct DeviceCopy(nint HostAddress, nint DeviceAddress, long Bytes);
