namespace SharedModels.Cuda.Devices;

/// <summary>The state of a device before the first model was moved to it.</summary>
internal sealed record CudaDeviceBaseline(string Uuid, long FreeBytes, long? OtherProcessesBytes);
