namespace SharedModels.Cuda.Memory;

/// <summary>A stretch of a device's physical memory.</summary>
internal readonly record struct DeviceChunk(ulong Memory, long Bytes);
