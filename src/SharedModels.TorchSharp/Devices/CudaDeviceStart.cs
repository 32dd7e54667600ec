namespace SharedModels.TorchSharp.Devices;

/// <summary>What a device was like before the first model came.</summary>
internal sealed record CudaDeviceStart(string Uuid, long FreeBytes, long? OtherProcessesBytes);
