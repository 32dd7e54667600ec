namespace SharedModels;

/// <summary>The memory that a model takes.</summary>
/// <param name="HostBytes">Bytes that the loaded model keeps in the host's memory, wherever it runs.</param>
/// <param name="DeviceBytes">Bytes of its parameters on the device; 0 on the CPU, where the host's copy is the one used.</param>
/// <param name="WorkingBytes">Bytes that one use needs on the device beside the parameters.</param>
public readonly record struct ModelFootprint(long HostBytes, long DeviceBytes = 0, long WorkingBytes = 0);
