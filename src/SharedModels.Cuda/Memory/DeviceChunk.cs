namespace SharedModels.Cuda.Memory;

/// <summary>A unit of physical device memory.</summary>
internal readonly record struct DeviceChunk(ulong Memory, long Bytes);
