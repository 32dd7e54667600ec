namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>Bytes at an address.</summary>
internal readonly record struct DeviceRange(nint Address, long Bytes);
