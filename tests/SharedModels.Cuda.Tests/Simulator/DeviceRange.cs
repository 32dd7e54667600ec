namespace SharedModels.Cuda.Tests.Simulator;

/// <summary>A range of bytes at an address.</summary>
internal readonly record struct DeviceRange(nint Address, long Bytes);
