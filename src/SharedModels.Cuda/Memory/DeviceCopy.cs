namespace SharedModels.Cuda.Memory;

/// <summary>A stretch of bytes that lies on the host and on a device.</summary>
internal readonly record struct DeviceCopy(nint HostAddress, nint DeviceAddress, long Bytes);
