namespace SharedModels.Cuda.Memory;

/// <summary>Memory of a device at consecutive addresses.</summary>
/// <param name="Device">The device's number.</param>
/// <param name="Address">Where it begins.</param>
/// <param name="Bytes">Its length: what was asked for, rounded up to what the driver maps.</param>
/// <param name="Chunks">The physical memory behind it; none if the device has no virtual memory management.</param>
internal sealed record DeviceBlock(int Device, nint Address, long Bytes, IReadOnlyList<DeviceChunk> Chunks);
