namespace SharedModels.TorchSharp.Arena;

/// <summary>A copy of bytes within host memory.</summary>
internal readonly record struct MemoryCopy(nint Source, nint Destination, long Bytes);
