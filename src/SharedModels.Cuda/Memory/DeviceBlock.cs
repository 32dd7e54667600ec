namespace SharedModels.Cuda.Memory;

/// <summary>A block of device memory at consecutive addresses.</summary>
/// <param name="Device">The number of the device.</param>
/// <param name="Address">The start address.</param>
/// <param name="Bytes">The length: the requested length, rounded up to what the driver maps.</param>
/// <param name="Chunks">The chunks that the block is made of. It is empty if the device has no virtual memory management.</param>
internal sealed record DeviceBlock(int Device, nint Address, long Bytes, IReadOnlyList<DeviceChunk> Chunks);
