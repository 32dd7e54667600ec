namespace SharedModels.TorchSharp.Arena;

/// <summary>Bytes to be copied within the host's memory.</summary>
internal readonly record struct MemoryCopy(nint Source, nint Destination, long Bytes);
